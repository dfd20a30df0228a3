package dev.mysqlproxy.plugin.lua.vm;

import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaValue;

/**
 * Divides the keys of a table between its two parts: the array is the largest power of two of which more than half
 * would be in use.
 */
final class PucTableSizes {

    private static final int MAX_BITS = 26;

    /** Keys above 2^(index - 1) up to 2^index. */
    private final int[] counts = new int[MAX_BITS + 1];

    private int integers;
    private int total;

    /** Counts the items of an array part. */
    void countItems(LuaValue[] items) {
        for (int at = 0; at < items.length; at++) {
            if (items[at] != null) {
                counts[PucTableNodes.log2(at + 1)]++;
                integers++;
                total++;
            }
        }
    }

    /** Counts any key. */
    void count(LuaValue key) {
        total++;
        if (key instanceof LuaInteger integer && integer.v > 0 && integer.v <= 1 << MAX_BITS) {
            counts[PucTableNodes.log2(integer.v)]++;
            integers++;
        }
    }

    /** Size of the array part. */
    int items() {
        int size = 0;
        int below = 0;
        for (int bit = 0; bit <= MAX_BITS && 1 << bit >> 1 < integers; bit++) {
            below += counts[bit];
            if (counts[bit] > 0 && below > 1 << bit >> 1) {
                size = 1 << bit;
            }
        }
        return size;
    }

    /** Number of keys that the array part does not take. */
    int others() {
        int items = items();
        int left = total;
        for (int bit = 0; bit <= MAX_BITS && 1 << bit <= items; bit++) {
            left -= counts[bit];
        }
        return left;
    }
}
