package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.ByteArrayOutputStream;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Builds the text of a string or substitution capture, and of such captures inside, without copies between. */
final class StringCaptures {

    private static final int MAX_PARTS = 10;
    private static final int NOT_TEXT = -1;

    private final LuaState state;
    private final CaptureReader reader;
    private final CaptureList captures;
    private final Subject subject;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    /** What %0 to %9 stand for: bytes of the subject, or the capture at an entry of the list. */
    private static final class Parts {
        private final int[] from = new int[MAX_PARTS];
        private final int[] to = new int[MAX_PARTS];
        private int count;
    }

    StringCaptures(LuaState state, CaptureReader reader, CaptureList captures, Subject subject) {
        this.state = state;
        this.reader = reader;
        this.captures = captures;
        this.subject = subject;
    }

    /** The text of the capture at the reader's cursor. */
    LuaString value() {
        addText("replacement");
        byte[] bytes = text.toByteArray();
        return LuaString.valueUsing(bytes);
    }

    /** Appends the text of the capture at the cursor; false when it has no value. */
    private boolean addText(String what) {
        Capture capture = captures.capture(reader.cursor());
        switch (capture.kind()) {
            case STRING:
                reader.deeper();
                addTemplate((LuaString) capture.value());
                reader.higher();
                return true;
            case SUBSTITUTION:
                reader.deeper();
                addSubstitution();
                reader.higher();
                return true;
            default:
                return addValue(what);
        }
    }

    private boolean addValue(String what) {
        int n = reader.push();
        if (n == 0) {
            return false;
        }
        LuaValue value = reader.takeFirst(n);
        if (value.type() != LuaValue.TSTRING && value.type() != LuaValue.TNUMBER) {
            throw new LuaError("invalid " + what + " value (a " + value.typename() + ")");
        }
        LuaString string = value.strvalue();
        add(string.m_bytes, string.m_offset, string.m_length);
        return true;
    }

    private void add(byte[] bytes, int offset, int length) {
        state.spend(1 + length / 16);
        state.building(length);
        text.write(bytes, offset, length);
    }

    private void addSlice(int from, int to) {
        if (to > from) {
            add(subject.bytes(), subject.begin() + from, to - from);
        }
    }

    private void addSubstitution() {
        int open = reader.cursor();
        int copied = captures.position(open);
        int at = open;
        if (captures.isFull(open)) {
            addSlice(copied, captures.end(open));
        } else {
            at++;
            while (!captures.isClose(at)) {
                int next = captures.position(at);
                addSlice(copied, next);
                reader.cursor(at);
                boolean replaced = addText("replacement");
                at = reader.cursor();
                copied = replaced ? captures.end(at - 1) : next;
            }
            addSlice(copied, captures.position(at));
        }
        reader.cursor(at + 1);
    }

    private void addTemplate(LuaString template) {
        Parts parts = new Parts();
        collect(parts);
        int at = 0;
        while (at < template.m_length) {
            int c = template.luaByte(at++);
            if (c != '%') {
                addByte(c);
                continue;
            }
            // C strings end with a zero, which a lone % at the end escapes
            int escaped = at < template.m_length ? template.luaByte(at) : 0;
            at++;
            if (escaped < '0' || escaped > '9') {
                addByte(escaped);
            } else {
                addPart(parts, escaped - '0');
            }
        }
    }

    private void addByte(int c) {
        state.building(1);
        text.write(c);
    }

    private void addPart(Parts parts, int index) {
        if (index >= parts.count) {
            throw new LuaError("invalid capture index (" + index + ")");
        }
        if (parts.to[index] != NOT_TEXT) {
            addSlice(parts.from[index], parts.to[index]);
            return;
        }
        int after = reader.cursor();
        reader.cursor(parts.from[index]);
        if (!addText("capture")) {
            throw new LuaError("no values in capture index " + index);
        }
        reader.cursor(after);
    }

    /** Collects the capture at the cursor, then those nested in it; those after the tenth are passed by. */
    private void collect(Parts parts) {
        int open = reader.cursor();
        int part = parts.count++;
        parts.from[part] = captures.position(open);
        int at = open + 1;
        if (!captures.isFull(open)) {
            while (!captures.isClose(at)) {
                if (parts.count < MAX_PARTS && captures.capture(at).kind() == Capture.Kind.SIMPLE) {
                    reader.cursor(at);
                    collect(parts);
                    at = reader.cursor();
                    continue;
                }
                if (parts.count < MAX_PARTS) {
                    parts.from[parts.count] = at;
                    parts.to[parts.count++] = NOT_TEXT;
                }
                at = captures.after(at);
            }
            at++;
        }
        parts.to[part] = captures.end(at - 1);
        reader.cursor(at);
    }
}
