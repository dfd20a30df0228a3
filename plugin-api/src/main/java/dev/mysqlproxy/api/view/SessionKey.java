package dev.mysqlproxy.api.view;

import java.util.Objects;

/**
 * Names a piece of per-session state. Two keys are the same only when they are the same object: keep each in a static
 * final field.
 *
 * <p>A key belongs to the plugin whose class makes it. When that plugin is unloaded or replaced, its state goes from
 * all sessions: a newer instance begins without any.
 *
 * @param <T> type of the state
 */
@SuppressWarnings("UnusedTypeParameter") // ties a key to the type of its state
public final class SessionKey<T> {

    private static final StackWalker CALLER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final String name;
    private final ClassLoader maker;

    /** A new key; the name only serves people who debug. */
    public SessionKey(String name) {
        this.name = Objects.requireNonNull(name, "name");
        this.maker = CALLER.getCallerClass().getClassLoader();
    }

    /** Whether a class of this loader made it; for the proxy. */
    public boolean isOf(ClassLoader loader) {
        return maker == loader;
    }

    @Override
    public String toString() {
        return name;
    }
}
