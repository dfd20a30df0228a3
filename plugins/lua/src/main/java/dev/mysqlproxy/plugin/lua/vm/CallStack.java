package dev.mysqlproxy.plugin.lua.vm;

import java.util.Arrays;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * The running functions of one coroutine. After an error it still shows where that happened, until whoever caught it
 * goes back to its own depth: that is how error handlers and tracebacks see the place.
 */
final class CallStack {

    /** No function at a level: it is one that a tail call replaced. */
    static final int TAIL = -1;

    /** No such level. */
    static final int ABSENT = -2;

    /** Levels a handler of a stack overflow may still use. */
    static final int HANDLER_ROOM = 150;

    /** How many functions may run at once, about as in PUC Lua; Java may run out of stack before, that is caught too. */
    static final int MAX_DEPTH = 16_000;

    int depth;
    int limit = MAX_DEPTH;
    private Frame[] frames = new Frame[16];

    CallStack() {
        fill(0);
    }

    private void fill(int from) {
        for (int i = from; i < frames.length; i++) {
            frames[i] = new Frame();
        }
    }

    /** A function begins. */
    Frame enter(LuaFunction function, LuaValue[] stack, Varargs varargs) {
        int at = depth;
        if (at == frames.length) {
            grow();
        }
        if (at >= limit) {
            throw overflow();
        }
        Frame frame = frames[at];
        frame.function = function;
        frame.stack = stack;
        frame.varargs = varargs;
        frame.pc = 0;
        frame.tailCalls = 0;
        depth = at + 1;
        return frame;
    }

    private void grow() {
        int old = frames.length;
        frames = Arrays.copyOf(frames, old * 2);
        fill(old);
    }

    /** The error of too deep a recursion, at the place of the running function. */
    ScriptError overflow() {
        return ScriptError.latin1(where(0) + "stack overflow");
    }

    Frame frame(int index) {
        return frames[index];
    }

    /** The running function's frame; only while one runs. */
    Frame top() {
        return frames[depth - 1];
    }

    /** Index of the frame at a level, 0 being the running function, or {@link #TAIL} or {@link #ABSENT}. */
    int at(int level) {
        int left = level;
        int index = depth - 1;
        while (left > 0 && index >= 0) {
            left -= 1 + frames[index].tailCalls;
            index--;
        }
        if (left < 0) {
            return TAIL;
        }
        return left == 0 && index >= 0 ? index : ABSENT;
    }

    /** {@code source:line: } of a level where Lua code runs, else nothing; a char per byte. */
    String where(int level) {
        int index = at(level);
        if (index < 0 || frames[index].closure() == null) {
            return "";
        }
        Frame frame = frames[index];
        return ChunkName.display(frame.closure().prototype().source) + ":" + frame.line() + ": ";
    }
}
