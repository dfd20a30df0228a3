package dev.mysqlproxy.plugin.lua.vm;

/** Finds the border that Lua 5.1 finds: an item that is there, the next one being nil. */
final class PucTableBorder {

    private PucTableBorder() {}

    /** Between an index that is there (or 0) and a higher one that is not. */
    static int between(PucTable table, int present, int absent) {
        int low = present;
        int high = absent;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (table.rawget(middle).isnil()) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low;
    }

    /** From an index that is there (or 0) on, without an upper limit. */
    static int above(PucTable table, int present) {
        int low = present;
        int high = present + 1;
        while (!table.rawget(high).isnil()) {
            low = high;
            if (high > Integer.MAX_VALUE / 2) {
                return first(table);
            }
            high *= 2;
        }
        return between(table, low, high);
    }

    /** For a table built to mislead the doubling: item by item. */
    private static int first(PucTable table) {
        int next = 1;
        while (!table.rawget(next).isnil()) {
            next++;
        }
        return next - 1;
    }
}
