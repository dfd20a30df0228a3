package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.util.Arrays;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Makes Lua values of a list of captures, each by what its kind says. Values gather on a stack. */
final class CaptureReader {

    /** Values that Lua's C API lets one function keep. */
    private static final int MAX_VALUES = 8000;

    private static final int RESERVE = 4;
    private static final int MAX_DEPTH = 200;
    private static final int MAX_TEXT_DEPTH = 400;

    private final LuaState state;
    private final CaptureList captures;
    private final Subject subject;
    private final int otherValues;

    private LuaValue[] values = new LuaValue[16];
    private int count;
    private int at;
    private int depth;
    private int textDepth;

    CaptureReader(LuaState state, CaptureList captures, Subject subject) {
        this.state = state;
        this.captures = captures;
        this.subject = subject;
        this.otherValues = subject.arguments().narg() + RESERVE;
    }

    /** The values of all captures; the position after the match when there are none. */
    Varargs all(int end) {
        int n = 0;
        while (!captures.isClose(at)) {
            n += push();
        }
        if (n == 0) {
            return LuaValue.valueOf(end + 1);
        }
        return take(n);
    }

    /** Results of a match-time capture's function for the subject, the position and the captures inside. */
    Varargs callRuntime(int open, int position) {
        LuaValue function = captures.capture(open).value();
        at = open;
        add(subject.text());
        add(LuaValue.valueOf(position + 1));
        int n = pushNested(false);
        return state.call(function, take(n + 2));
    }

    private void add(LuaValue value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    private Varargs take(int n) {
        count -= n;
        return LuaValue.varargsOf(Arrays.copyOfRange(values, count, count + n));
    }

    /** Keeps only the first of the last values. */
    private void keepFirst(int n) {
        count -= n - 1;
    }

    /** Takes the last values away and gives the first of them. */
    LuaValue takeFirst(int n) {
        count -= n;
        return values[count];
    }

    /** One more text is built inside of a text. */
    void deeper() {
        if (++textDepth > MAX_TEXT_DEPTH) {
            throw new LuaError("subcapture nesting too deep");
        }
    }

    void higher() {
        textDepth--;
    }

    int cursor() {
        return at;
    }

    void cursor(int to) {
        at = to;
    }

    /** Pushes the values of the capture at the cursor and tells how many; the cursor goes to the next capture. */
    int push() {
        state.spend(1);
        if (count + otherValues + RESERVE > MAX_VALUES) {
            throw new LuaError("stack overflow (too many captures)");
        }
        if (depth > MAX_DEPTH) {
            throw new LuaError("subcapture nesting too deep");
        }
        depth++;
        Capture capture = captures.capture(at);
        int pushed = switch (capture.kind()) {
            case POSITION -> one(LuaValue.valueOf(captures.position(at++) + 1));
            case CONSTANT, RUNTIME -> {
                at++;
                yield one(capture.value());
            }
            case ARGUMENT -> argument(capture.number());
            case SIMPLE -> simple();
            case STRING, SUBSTITUTION -> one(new StringCaptures(state, this, captures, subject).value());
            case GROUP -> group(capture);
            case BACK_REFERENCE -> backReference(capture.value());
            case TABLE -> table();
            case FUNCTION -> function(capture.value());
            case NUMBER -> number(capture.number());
            case QUERY -> query(capture.value());
            case FOLD -> fold(capture.value());
            case ACCUMULATOR -> accumulate();
            case CLOSE -> throw new IllegalStateException("a capture ends that did not begin");
        };
        depth--;
        return pushed;
    }

    private int one(LuaValue value) {
        add(value);
        return 1;
    }

    /** Pushes what is nested in the capture at the cursor; the whole match too when wanted or when there is nothing. */
    private int pushNested(boolean whole) {
        int open = at++;
        if (captures.isFull(open)) {
            return one(subject.slice(captures.position(open), captures.end(open)));
        }
        int n = 0;
        while (!captures.isClose(at)) {
            n += push();
        }
        if (whole || n == 0) {
            add(subject.slice(captures.position(open), captures.position(at)));
            n++;
        }
        at++;
        return n;
    }

    private void pushOneNested() {
        keepFirst(pushNested(false));
    }

    private int argument(int index) {
        at++;
        if (!subject.hasExtra(index)) {
            throw new LuaError("reference to absent extra argument #" + index);
        }
        return one(subject.extra(index));
    }

    /** The whole match comes before what is nested in it. */
    private int simple() {
        int n = pushNested(true);
        LuaValue whole = values[count - 1];
        System.arraycopy(values, count - n, values, count - n + 1, n - 1);
        values[count - n] = whole;
        return n;
    }

    private int group(Capture group) {
        if (group.isNamedGroup()) {
            at = captures.after(at);
            return 0;
        }
        return pushNested(false);
    }

    private int backReference(LuaValue name) {
        int reference = at;
        at = findGroup(reference, name);
        int n = pushNested(false);
        at = reference + 1;
        return n;
    }

    /** The nearest group of this name that is complete and not inside of another complete capture. */
    private int findGroup(int reference, LuaValue name) {
        int group = reference - 1;
        while (group >= 0) {
            state.spend(1);
            boolean complete = captures.isFull(group);
            if (captures.isClose(group)) {
                group = captures.opening(group);
                complete = true;
            }
            Capture capture = captures.capture(group);
            if (complete
                    && capture.kind() == Capture.Kind.GROUP
                    && capture.value().raweq(name)) {
                return group;
            }
            group--;
        }
        boolean isText = name.type() == LuaValue.TSTRING || name.type() == LuaValue.TNUMBER;
        throw new LuaError("back reference '" + (isText ? name.tojstring() : "(null)") + "' not found");
    }

    private int table() {
        LuaTable table = state.newTable(0, 0);
        int open = at++;
        int n = 0;
        if (!captures.isFull(open)) {
            while (!captures.isClose(at)) {
                Capture capture = captures.capture(at);
                if (capture.isNamedGroup()) {
                    pushOneNested();
                    table.rawset(capture.value(), takeFirst(1));
                } else {
                    Varargs pushed = take(push());
                    for (int i = 1; i <= pushed.narg(); i++) {
                        table.rawset(++n, pushed.arg(i));
                    }
                }
            }
            at++;
        }
        return one(table);
    }

    private int function(LuaValue function) {
        int n = pushNested(false);
        Varargs results = state.call(function, take(n));
        int pushed = results.narg();
        for (int i = 1; i <= pushed; i++) {
            add(results.arg(i));
        }
        return pushed;
    }

    private int number(int index) {
        if (index == 0) {
            at = captures.after(at);
            return 0;
        }
        Varargs nested = take(pushNested(false));
        if (nested.narg() < index) {
            throw new LuaError("no capture '" + index + "'");
        }
        return one(nested.arg(index));
    }

    private int query(LuaValue table) {
        pushOneNested();
        LuaValue found = state.get(table, takeFirst(1));
        return found.isnil() ? 0 : one(found);
    }

    private int fold(LuaValue function) {
        LuaValue result = initialValue("fold");
        while (!captures.isClose(at)) {
            Varargs next = take(push());
            result = state.call(function, LuaValue.varargsOf(result, next)).arg1();
        }
        at++;
        return one(result);
    }

    /** What LPeg had before folds: the captures after the first are functions that get the value so far first. */
    private int accumulate() {
        LuaValue result = initialValue("accumulator");
        while (!captures.isClose(at)) {
            Capture capture = captures.capture(at);
            if (capture.kind() != Capture.Kind.FUNCTION) {
                throw new LuaError("invalid (non function) capture in accumulator capture");
            }
            Varargs next = take(pushNested(false));
            result = state.call(capture.value(), LuaValue.varargsOf(result, next))
                    .arg1();
        }
        at++;
        return one(result);
    }

    private LuaValue initialValue(String what) {
        int open = at++;
        int n = captures.isFull(open) || captures.isClose(at) ? 0 : push();
        if (n == 0) {
            throw new LuaError("no initial value for " + what + " capture");
        }
        return take(n).arg1();
    }
}
