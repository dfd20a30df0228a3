package dev.mysqlproxy.plugin.lua.vm;

/** A script used up what it may use of instructions, time or memory. An Error, so that no pcall of the script keeps it. */
public final class ScriptStopped extends Error {

    private static final long serialVersionUID = 1L;

    /** Says which limit it was, in a sentence for the log. */
    public ScriptStopped(String message) {
        super(message, null, false, false);
    }
}
