package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.util.Arrays;

/** The captures of a match, in the order of their beginnings; each is full, or open until a {@code CLOSE} entry. */
final class CaptureList {

    private static final int BYTES_PER_ENTRY = 16;

    private final LuaState state;
    private Capture[] captures = new Capture[16];
    private int[] positions = new int[16];
    private int[] sizes = new int[16];
    private int top;

    CaptureList(LuaState state) {
        this.state = state;
    }

    int top() {
        return top;
    }

    /** Forgets all from this entry on. */
    void cut(int to) {
        top = to;
    }

    /** A capture of the bytes from a position. */
    void addFull(Capture capture, int position, int length) {
        add(capture, position, length + 1);
    }

    void addOpen(Capture capture, int position) {
        add(capture, position, 0);
    }

    /** Ends the capture opened last and still open. */
    void close(int position) {
        if (sizes[top - 1] == 0) {
            sizes[top - 1] = position - positions[top - 1] + 1;
        } else {
            add(Capture.CLOSE, position, 1);
        }
    }

    private void add(Capture capture, int position, int size) {
        if (top == captures.length) {
            int capacity = Math.multiplyExact(2, top);
            state.building((long) capacity * BYTES_PER_ENTRY);
            captures = Arrays.copyOf(captures, capacity);
            positions = Arrays.copyOf(positions, capacity);
            sizes = Arrays.copyOf(sizes, capacity);
        }
        captures[top] = capture;
        positions[top] = position;
        sizes[top++] = size;
    }

    /** Ends the capture opened last and still open, without making it a full one. */
    void seal(int position) {
        add(Capture.CLOSE, position, 1);
    }

    Capture capture(int at) {
        return captures[at];
    }

    int position(int at) {
        return positions[at];
    }

    /** Where a full capture or a {@code CLOSE} ends. */
    int end(int at) {
        return positions[at] + sizes[at] - 1;
    }

    boolean isFull(int at) {
        return sizes[at] != 0;
    }

    boolean isClose(int at) {
        return captures[at] == Capture.CLOSE;
    }

    /** The entry that a {@code CLOSE} closes. */
    int opening(int close) {
        int depth = 0;
        int at = close;
        while (true) {
            at--;
            if (isClose(at)) {
                depth++;
            } else if (!isFull(at) && depth-- == 0) {
                state.spend(close - at);
                return at;
            }
        }
    }

    /** The entry after a capture and all that is nested in it. */
    int after(int at) {
        if (isFull(at)) {
            return at + 1;
        }
        int depth = 0;
        int end = at;
        while (true) {
            end++;
            if (isClose(end)) {
                if (depth-- == 0) {
                    state.spend(end - at);
                    return end + 1;
                }
            } else if (!isFull(end)) {
                depth++;
            }
        }
    }
}
