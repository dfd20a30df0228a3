package dev.mysqlproxy.core.hook;

/** A hook of a plugin that fails closed threw; the session must end. The cause is logged already. */
public final class HookFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HookFailedException(String plugin, String hook) {
        super("plugin " + plugin + " failed in " + hook, null, false, false);
    }
}
