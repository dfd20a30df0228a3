package dev.mysqlproxy.plugin.lua.vm;

import org.luaj.vm2.LuaError;

/**
 * An argument of a {@link Native} is wrong. The interpreter makes Lua 5.1's text of it, {@code bad argument #1 to 'name'
 * (problem)}, since only the call knows the name the function has there and whether it was called as a method.
 */
public final class BadArgument extends LuaError {

    private static final long serialVersionUID = 1L;

    private final int position;
    private final String problem;

    /**
     * An argument is wrong.
     *
     * @param position from 1
     * @param problem for example {@code string expected, got nil}
     */
    public BadArgument(int position, String problem) {
        super("bad argument #" + position + " to '?' (" + problem + ")");
        this.position = position;
        this.problem = problem;
    }

    /** Which argument, from 1. */
    public int position() {
        return position;
    }

    /** What is wrong with it. */
    public String problem() {
        return problem;
    }
}
