package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.util.Arrays;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Runs a program over one subject, once. Choices and calls wait on a stack of its own, whose limit is counted in
 * entries; the Java stack grows only when a match-time capture calls its function.
 */
final class Matcher {

    /** How many choices and calls may wait when the script sets no limit. */
    static final int DEFAULT_LIMIT = 400;

    private static final int QUANTUM = 512;
    private static final int NO_MATCH = -1;
    private static final int CALL_ENTRY = -1;
    private static final int ENTRY = 3;
    private static final int MAX_RESULTS = Short.MAX_VALUE;

    private final LuaState state;
    private final Program code;
    private final Subject subject;
    private final int limit;
    private final CaptureList captures;

    private int[] stack = new int[16 * ENTRY];
    private int top;

    /**
     * A match about to happen.
     *
     * @param limit of the stack, in entries
     */
    Matcher(LuaState state, Program code, Subject subject, int limit) {
        this.state = state;
        this.code = code;
        this.subject = subject;
        this.limit = limit;
        this.captures = new CaptureList(state);
    }

    /** What the match gives to Lua: its captures, or where it ended, or nil. */
    Varargs match(int from) {
        int end = run(from);
        if (end == NO_MATCH) {
            return LuaValue.NIL;
        }
        captures.seal(end);
        return new CaptureReader(state, captures, subject).all(end);
    }

    private int run(int from) {
        byte[] bytes = subject.bytes();
        int begin = subject.begin();
        int end = subject.end();
        int s = begin + from;
        int p = 0;
        int steps = 0;
        push(code.size(), s);
        while (true) {
            if (++steps >= QUANTUM) {
                state.spend(steps);
                steps = 0;
            }
            boolean failed = false;
            switch (code.instruction(p)) {
                case Program.END:
                    state.spend(steps);
                    return s - begin;
                case Program.ANY:
                    failed = s >= end;
                    s++;
                    p++;
                    break;
                case Program.CHARACTER:
                    failed = s >= end || (bytes[s] & 0xff) != code.number(p);
                    s++;
                    p++;
                    break;
                case Program.SET:
                    failed = s >= end || !code.set(p).has(bytes[s] & 0xff);
                    s++;
                    p++;
                    break;
                case Program.TEST_ANY:
                    p = s < end ? p + 1 : code.target(p);
                    break;
                case Program.TEST_CHARACTER:
                    p = s < end && (bytes[s] & 0xff) == code.number(p) ? p + 1 : code.target(p);
                    break;
                case Program.TEST_SET:
                    p = s < end && code.set(p).has(bytes[s] & 0xff) ? p + 1 : code.target(p);
                    break;
                case Program.SPAN:
                    int spanned = span(bytes, s, end, code.set(p));
                    steps += (spanned - s) >> 3;
                    s = spanned;
                    p++;
                    break;
                case Program.BEHIND:
                    failed = code.number(p) > s - begin;
                    s -= code.number(p);
                    p++;
                    break;
                case Program.JUMP:
                    p = code.target(p);
                    break;
                case Program.CALL:
                    push(p + 1, CALL_ENTRY);
                    p = code.target(p);
                    break;
                case Program.RETURN:
                    p = stack[--top * ENTRY];
                    break;
                case Program.CHOICE:
                    push(code.target(p), s);
                    p++;
                    break;
                case Program.COMMIT:
                    top--;
                    p = code.target(p);
                    break;
                case Program.PARTIAL_COMMIT:
                    stack[(top - 1) * ENTRY + 1] = s;
                    stack[(top - 1) * ENTRY + 2] = captures.top();
                    p = code.target(p);
                    break;
                case Program.BACK_COMMIT:
                    top--;
                    s = stack[top * ENTRY + 1];
                    captures.cut(stack[top * ENTRY + 2]);
                    p = code.target(p);
                    break;
                case Program.FAIL_TWICE:
                    top--;
                    failed = true;
                    break;
                case Program.FAIL:
                    failed = true;
                    break;
                case Program.FULL_CAPTURE:
                    captures.addFull(code.capture(p), s - begin - code.number(p), code.number(p));
                    p++;
                    break;
                case Program.OPEN_CAPTURE:
                    captures.addOpen(code.capture(p), s - begin);
                    p++;
                    break;
                case Program.CLOSE_CAPTURE:
                    captures.close(s - begin);
                    p++;
                    break;
                case Program.CLOSE_RUNTIME:
                    int next = runtimeCapture(s - begin);
                    failed = next == NO_MATCH;
                    s = begin + next;
                    p++;
                    break;
                default:
                    throw new IllegalStateException("no such instruction: " + code.instruction(p));
            }
            if (failed) {
                if (!backtrack()) {
                    state.spend(steps);
                    return NO_MATCH;
                }
                p = stack[top * ENTRY];
                s = stack[top * ENTRY + 1];
            }
        }
    }

    private static int span(byte[] bytes, int from, int end, CharSet set) {
        int s = from;
        while (s < end && set.has(bytes[s] & 0xff)) {
            s++;
        }
        return s;
    }

    /** Takes entries down to the last choice, which is left just above the top; false when there is none. */
    private boolean backtrack() {
        do {
            top--;
        } while (stack[top * ENTRY + 1] == CALL_ENTRY);
        captures.cut(stack[top * ENTRY + 2]);
        return top > 0;
    }

    private void push(int address, int position) {
        if (top >= Math.max(limit, DEFAULT_LIMIT)) {
            throw new LuaError("backtrack stack overflow (current limit is " + limit + ")");
        }
        if ((top + 1) * ENTRY > stack.length) {
            state.building(2L * stack.length * Integer.BYTES);
            stack = Arrays.copyOf(stack, Math.multiplyExact(2, stack.length));
        }
        stack[top * ENTRY] = address;
        stack[top * ENTRY + 1] = position;
        stack[top * ENTRY + 2] = captures.top();
        top++;
    }

    /** Calls the function of a match-time capture and puts its values in the place of what was captured inside. */
    private int runtimeCapture(int position) {
        captures.seal(position);
        int open = captures.opening(captures.top() - 1);
        Varargs results = new CaptureReader(state, captures, subject).callRuntime(open, position);
        captures.cut(open);
        LuaValue first = results.arg1();
        if (!first.toboolean()) {
            return NO_MATCH;
        }
        int next = first.isboolean() ? position : position(first, position);
        if (results.narg() > 1) {
            captures.addOpen(Capture.ANONYMOUS_GROUP, captures.position(open));
            addResults(results, next);
        }
        return next;
    }

    private int position(LuaValue result, int least) {
        LuaValue number = result.tonumber();
        double position = number.isnil() ? 0 : number.todouble();
        if (!(position >= least + 1.0 && position < subject.length() + 2.0)) {
            throw new LuaError("invalid position returned by match-time capture");
        }
        return (int) position - 1;
    }

    private void addResults(Varargs results, int position) {
        if (results.narg() > MAX_RESULTS) {
            throw new LuaError("too many results in match-time capture");
        }
        for (int i = 2; i <= results.narg(); i++) {
            captures.addFull(Capture.of(Capture.Kind.RUNTIME, results.arg(i)), position, 0);
        }
        captures.seal(position);
    }
}
