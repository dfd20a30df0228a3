package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * Quicksort with the steps of Lua 5.1, so that equal items end up where they would there. Works on the table itself:
 * the order function may see and change it.
 */
final class TableSort {

    private final LuaState state;
    private final LuaTable table;
    private final LuaValue order;

    /** A sort by an order function, or by {@code <} for nil. */
    TableSort(LuaState state, LuaTable table, LuaValue order) {
        this.state = state;
        this.table = table;
        this.order = order;
    }

    /** Sorts from a first to a last item. Recurs into the smaller part only. */
    void sort(int first, int last) {
        int low = first;
        int high = last;
        while (low < high) {
            orderPair(low, high);
            if (high - low == 1) {
                return;
            }
            int middle = (low + high) >>> 1;
            if (!orderPair(low, middle)) {
                orderPair(middle, high);
            }
            if (high - low == 2) {
                return;
            }
            int border = partition(low, high, middle);
            if (border - low < high - border) {
                sort(low, border - 1);
                low = border + 1;
            } else {
                sort(border + 1, high);
                high = border - 1;
            }
        }
    }

    private int partition(int low, int high, int middle) {
        LuaValue pivot = table.rawget(middle);
        swap(middle, high - 1);
        int i = low;
        int j = high - 1;
        while (true) {
            while (less(table.rawget(++i), pivot)) {
                check(i <= high);
            }
            while (less(pivot, table.rawget(--j))) {
                check(j >= low);
            }
            if (j < i) {
                swap(high - 1, i);
                return i;
            }
            swap(i, j);
        }
    }

    private static void check(boolean inside) {
        if (!inside) {
            throw new LuaError("invalid order function for sorting");
        }
    }

    /** Swaps two items that are in the wrong order. */
    private boolean orderPair(int low, int high) {
        boolean wrong = less(table.rawget(high), table.rawget(low));
        if (wrong) {
            swap(low, high);
        }
        return wrong;
    }

    private void swap(int i, int j) {
        LuaValue item = table.rawget(i);
        table.rawset(i, table.rawget(j));
        table.rawset(j, item);
    }

    private boolean less(LuaValue a, LuaValue b) {
        state.spend(1);
        return order.isnil()
                ? state.less(a, b)
                : state.call(order, LuaValue.varargsOf(a, b)).arg1().toboolean();
    }
}
