package dev.mysqlproxy.plugin.lua.module.lpeg;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** An immutable set of bytes. */
final class CharSet {

    static final int SIZE = 256;
    static final CharSet EMPTY = of(c -> false);
    static final CharSet FULL = of(c -> true);

    private final boolean[] members;
    private final int count;

    private CharSet(boolean[] members, int count) {
        this.members = members;
        this.count = count;
    }

    static CharSet of(IntPredicate contains) {
        boolean[] members = new boolean[SIZE];
        int count = 0;
        for (int c = 0; c < SIZE; c++) {
            members[c] = contains.test(c);
            count += members[c] ? 1 : 0;
        }
        return new CharSet(members, count);
    }

    /** Whether it has a character from 0 to 255. */
    boolean has(int c) {
        return members[c];
    }

    /** How many characters it has. */
    int count() {
        return count;
    }

    /** The least character it has; only when it has one. */
    int first() {
        int c = 0;
        while (!members[c]) {
            c++;
        }
        return c;
    }

    CharSet union(CharSet other) {
        return of(c -> members[c] || other.members[c]);
    }

    CharSet intersection(CharSet other) {
        return of(c -> members[c] && other.members[c]);
    }

    CharSet minus(CharSet other) {
        return of(c -> members[c] && !other.members[c]);
    }

    CharSet complement() {
        return of(c -> !members[c]);
    }

    boolean disjoint(CharSet other) {
        for (int c = 0; c < SIZE; c++) {
            if (members[c] && other.members[c]) {
                return false;
            }
        }
        return true;
    }

    boolean same(CharSet other) {
        return Arrays.equals(members, other.members);
    }
}
