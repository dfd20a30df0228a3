package dev.mysqlproxy.protocol.sql;

import java.util.Arrays;

/** The parentheses around the place at which a {@link Digest} is, as far as they hold lists or rows of values. */
final class DigestRows {

    /** No list of values. */
    static final byte PLAIN = 0;
    /** Behind IN. */
    static final byte LIST = 1;
    /** Of VALUES, or in a list. */
    static final byte ROW = 2;

    /** Deeper parentheses are all plain. */
    private static final int DEEPEST = 64;

    private final byte[] kinds = new byte[DEEPEST];
    // where in the text the row at hand begins, and where the one before it, if there is one, begins and ends
    private final int[] begins = new int[DEEPEST];
    private final int[] previousBegin = new int[DEEPEST];
    private final int[] previousEnd = new int[DEEPEST];
    private int depth;

    /** Begins outside of all parentheses. */
    void reset() {
        depth = 0;
        kinds[0] = PLAIN;
    }

    private int level() {
        return Math.min(depth, DEEPEST - 1);
    }

    /** Kind of the innermost parenthesis. */
    byte kind() {
        return kinds[level()];
    }

    /** The innermost parenthesis holds a query, not values. */
    void isPlain() {
        kinds[level()] = PLAIN;
    }

    /**
     * A parenthesis opens.
     *
     * @param begin where its row begins in the text
     * @param again whether a row came right before it
     */
    void open(byte kind, int begin, boolean again) {
        depth++;
        if (depth < DEEPEST) {
            kinds[depth] = kind;
            begins[depth] = begin;
            if (!again) {
                previousEnd[depth] = -1;
            }
        } else {
            kinds[DEEPEST - 1] = PLAIN;
        }
    }

    /** Whether the innermost parenthesis is around a row. */
    boolean isRow() {
        return depth > 0 && depth < DEEPEST && kinds[depth] == ROW;
    }

    /** The row at hand ends with the text: takes it back if the one before it was the same; whether it was. */
    boolean repeats(DigestText text) {
        if (begins[depth] < 0) {
            return false;
        }
        int end = previousEnd[depth];
        if (end >= 0 && text.repeats(previousBegin[depth], end, begins[depth])) {
            text.truncate(end);
            return true;
        }
        previousBegin[depth] = begins[depth];
        previousEnd[depth] = text.length();
        return false;
    }

    /** A parenthesis closes. */
    void close() {
        depth -= depth > 0 ? 1 : 0;
    }

    /** The text has lost its beginning: rows cannot be compared with what was in it. */
    void forget() {
        Arrays.fill(begins, -1);
        Arrays.fill(previousEnd, -1);
    }
}
