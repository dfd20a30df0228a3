package dev.mysqlproxy.plugin.lua.vm;

/** What the current call may still use. Not active, it refuses nothing. */
final class Budget {

    private static final int SLICE = 20_000;

    private boolean active;
    private long instructions;
    private long deadline;
    private boolean timed;
    private long bytes;
    private int granted = SLICE;

    /** Instructions until the next look. */
    int begin(long maxInstructions, long nanos, long maxBytes) {
        active = true;
        instructions = maxInstructions;
        timed = nanos != Long.MAX_VALUE;
        deadline = timed ? System.nanoTime() + nanos : 0;
        bytes = maxBytes;
        return grant();
    }

    int end() {
        active = false;
        granted = SLICE;
        return granted;
    }

    private int grant() {
        granted = (int) Math.max(0, Math.min(SLICE, instructions));
        return granted;
    }

    /** Takes what was used off; the text of the limit that was hit, or null. */
    String use(long left) {
        if (!active) {
            return null;
        }
        instructions -= granted - left;
        granted = (int) Math.min(0, Math.max(left, Integer.MIN_VALUE));
        if (instructions < 0) {
            return "the script used up its instructions";
        }
        return timed && System.nanoTime() - deadline > 0 ? "the script used up its time" : null;
    }

    /** The next slice, after {@link #use} let it go on. */
    int next() {
        return active ? grant() : end();
    }

    /** Takes bytes off; the text of the limit that was hit, or null. */
    String build(long count) {
        if (!active) {
            return null;
        }
        bytes -= count;
        return bytes < 0 ? "the script used up its memory" : null;
    }
}
