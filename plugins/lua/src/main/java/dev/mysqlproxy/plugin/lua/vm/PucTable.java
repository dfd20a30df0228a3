package dev.mysqlproxy.plugin.lua.vm;

import java.util.Arrays;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * A table that behaves as Lua 5.1's own: an array part and a hash part, resized by the same rule, so that {@code pairs}
 * meets strings, numbers and booleans in the same order and {@code #} finds the same border. Keys and values that the
 * metatable's {@code __mode} calls weak vanish when nothing else holds them. Of LuaTable's fields only {@code array} is
 * used. One thread at a time.
 */
public final class PucTable extends LuaTable {

    private static final LuaString MODE = LuaString.valueOf("__mode");
    private static final LuaValue[] NO_VALUES = {};
    // roughly what a JVM of 64 bits needs
    private static final long TABLE_BYTES = 64;
    private static final long ITEM_BYTES = 8;
    private static final long NODE_BYTES = 24;

    private PucTableNodes nodes = PucTableNodes.NONE;
    private LuaState paidBy;
    private LuaValue metatable;
    private boolean weakKeys;
    private boolean weakValues;

    /** An empty table. */
    public PucTable() {
        array = NO_VALUES;
    }

    /** An empty table with room for so many list items and other keys. */
    public PucTable(int items, int others) {
        presize(items, others);
    }

    /** A table whose growth counts as memory that the running call builds. */
    PucTable(LuaState state, int items, int others) {
        paidBy = state;
        presize(items, others);
        state.building(TABLE_BYTES + ITEM_BYTES * items + NODE_BYTES * others);
    }

    @Override
    public void presize(int items) {
        if (items > array.length) {
            resize(items, nodes == PucTableNodes.NONE ? 0 : nodes.size());
        }
    }

    @Override
    public void presize(int items, int others) {
        array = items == 0 ? NO_VALUES : new LuaValue[items];
        nodes = others == 0 ? PucTableNodes.NONE : new PucTableNodes(others);
    }

    @Override
    protected int getArrayLength() {
        return array.length;
    }

    @Override
    protected int getHashLength() {
        return nodes == PucTableNodes.NONE ? 0 : nodes.size();
    }

    @Override
    public LuaValue getmetatable() {
        return metatable;
    }

    @Override
    public LuaValue setmetatable(LuaValue value) {
        metatable = value == null || value.isnil() ? null : value;
        readMode();
        return this;
    }

    @Override
    public LuaValue get(int key) {
        LuaValue value = rawget(key);
        return metatable != null && value.isnil() ? gettable(this, LuaInteger.valueOf(key)) : value;
    }

    @Override
    public LuaValue get(LuaValue key) {
        LuaValue value = rawget(key);
        return metatable != null && value.isnil() ? gettable(this, key) : value;
    }

    @Override
    public void set(int key, LuaValue value) {
        if (metatable == null || !rawget(key).isnil() || !settable(this, LuaInteger.valueOf(key), value)) {
            rawset(key, value);
        }
    }

    @Override
    public void set(LuaValue key, LuaValue value) {
        if (metatable == null || !rawget(key).isnil() || !settable(this, key, value)) {
            rawset(key, value);
        }
    }

    @Override
    public LuaValue rawget(int key) {
        LuaValue[] items = array;
        if (key > 0 && key <= items.length) {
            return strong(items[key - 1]);
        }
        int at = nodes.find(key);
        return at < 0 ? NIL : strong(nodes.values[at]);
    }

    @Override
    public LuaValue rawget(LuaValue key) {
        if (key instanceof LuaString string) {
            int at = nodes.find(string);
            return at < 0 ? NIL : strong(nodes.values[at]);
        }
        if (key instanceof LuaInteger integer) {
            return rawget(integer.v);
        }
        if (key.isnil()) {
            return NIL;
        }
        LuaValue normal = normal(key);
        if (normal instanceof LuaInteger integer) {
            return rawget(integer.v);
        }
        int at = nodes.find(key);
        return at < 0 ? NIL : strong(nodes.values[at]);
    }

    @Override
    public void rawset(int key, LuaValue value) {
        LuaValue[] items = array;
        if (key > 0 && key <= items.length) {
            items[key - 1] = stored(value);
            return;
        }
        int at = nodes.find(key);
        if (at >= 0) {
            nodes.values[at] = stored(value);
        } else {
            insert(LuaInteger.valueOf(key), value);
        }
    }

    /** Also for an absent key and nil, which takes a place: so does Lua, and order depends on it. */
    @Override
    public void rawset(LuaValue key, LuaValue value) {
        if (key instanceof LuaInteger integer) {
            rawset(integer.v, value);
            return;
        }
        LuaValue normal = checkedKey(key);
        if (normal instanceof LuaInteger integer) {
            rawset(integer.v, value);
            return;
        }
        int at = nodes.find(normal);
        if (at >= 0) {
            nodes.values[at] = stored(value);
        } else {
            insert(normal, value);
        }
    }

    @Override
    public void hashset(LuaValue key, LuaValue value) {
        rawset(key, value);
    }

    private static LuaValue checkedKey(LuaValue key) {
        if (key instanceof LuaString) {
            return key;
        }
        if (key.isnil()) {
            throw new LuaError("table index is nil");
        }
        if (key instanceof LuaDouble && Double.isNaN(key.todouble())) {
            throw new LuaError("table index is NaN");
        }
        return normal(key);
    }

    /** A double that is an int as LuaInteger, minus zero included. */
    private static LuaValue normal(LuaValue key) {
        if (key instanceof LuaDouble) {
            double number = key.todouble();
            if (number == (int) number) {
                return LuaInteger.valueOf((int) number);
            }
        }
        return key;
    }

    private void insert(LuaValue key, LuaValue value) {
        int at = nodes.insert(key, weakKeys ? PucTableNodes.weak(key) : key);
        if (at >= 0) {
            nodes.values[at] = stored(value);
        } else {
            rehash(key);
            rawset(key, value);
        }
    }

    @Override
    public int length() {
        return rawlen();
    }

    @Override
    public LuaValue len() {
        return LuaInteger.valueOf(rawlen());
    }

    @Override
    public int rawlen() {
        dropCollected();
        int above = array.length;
        if (above > 0 && array[above - 1] == null) {
            return PucTableBorder.between(this, 0, above);
        }
        return nodes == PucTableNodes.NONE ? above : PucTableBorder.above(this, above);
    }

    @Override
    public Varargs next(LuaValue key) {
        int at = position(key);
        for (; at < array.length; at++) {
            LuaValue value = strong(array[at]);
            if (!value.isnil()) {
                return varargsOf(LuaInteger.valueOf(at + 1), value);
            }
        }
        for (int node = at - array.length; node < nodes.size(); node++) {
            LuaValue value = strong(nodes.values[node]);
            LuaValue found = strong(nodes.keys[node]);
            if (!value.isnil() && !found.isnil()) {
                return varargsOf(found, value);
            }
        }
        return NIL;
    }

    /** Where a traversal goes on after this key. */
    private int position(LuaValue key) {
        if (key.isnil()) {
            return 0;
        }
        LuaValue normal = normal(key);
        if (normal instanceof LuaInteger integer && integer.v > 0 && integer.v <= array.length) {
            return integer.v;
        }
        int node = nodes.find(normal);
        if (node < 0) {
            throw ScriptError.latin1("invalid key to 'next'");
        }
        return array.length + node + 1;
    }

    @Override
    public Varargs inext(LuaValue key) {
        int following = key.checkint() + 1;
        LuaValue value = rawget(following);
        return value.isnil() ? NONE : varargsOf(LuaInteger.valueOf(following), value);
    }

    /** From Java; scripts sort with table.sort. */
    @Override
    public void sort(LuaValue comparator) {
        LuaValue[] items = new LuaValue[rawlen()];
        Arrays.setAll(items, at -> rawget(at + 1));
        try {
            Arrays.sort(items, (a, b) -> before(a, b, comparator) ? -1 : before(b, a, comparator) ? 1 : 0);
        } catch (IllegalArgumentException inconsistent) {
            throw new LuaError("invalid order function for sorting");
        }
        for (int at = 0; at < items.length; at++) {
            rawset(at + 1, items[at]);
        }
    }

    private static boolean before(LuaValue a, LuaValue b, LuaValue comparator) {
        return comparator.isnil() ? a.lt_b(b) : comparator.call(a, b).toboolean();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // tables are equal by identity
    public boolean eq_b(LuaValue other) {
        if (this == other) {
            return true;
        }
        LuaValue others = other.istable() && metatable != null ? other.getmetatable() : null;
        return others != null && eqmtcall(this, metatable, other, others);
    }

    @Override
    public boolean useWeakKeys() {
        return weakKeys;
    }

    @Override
    public boolean useWeakValues() {
        return weakValues;
    }

    private void rehash(LuaValue extra) {
        readMode();
        dropCollected();
        PucTableSizes sizes = new PucTableSizes();
        sizes.countItems(array);
        for (int at = 0; at < nodes.size(); at++) {
            if (nodes.values[at] != null) {
                sizes.count(nodes.keys[at]);
            }
        }
        sizes.count(extra);
        resize(sizes.items(), sizes.others());
    }

    private void resize(int items, int others) {
        if (paidBy != null) {
            paidBy.building(ITEM_BYTES * items + NODE_BYTES * others);
        }
        LuaValue[] oldItems = array;
        PucTableNodes old = nodes;
        array = items == oldItems.length ? oldItems : Arrays.copyOf(oldItems, items);
        nodes = others == 0 ? PucTableNodes.NONE : new PucTableNodes(others);
        for (int at = items; at < oldItems.length; at++) {
            if (oldItems[at] != null) {
                LuaValue key = LuaInteger.valueOf(at + 1);
                nodes.values[nodes.insert(key, key)] = oldItems[at];
            }
        }
        for (int at = old.size() - 1; at >= 0; at--) {
            LuaValue key = PucTableNodes.strong(old.keys[at]);
            if (old.values[at] != null && key != null) {
                move(key, old.keys[at], old.values[at]);
            }
        }
    }

    /** Into its place in new parts, which have room for it. */
    private void move(LuaValue key, LuaValue storedKey, LuaValue storedValue) {
        if (key instanceof LuaInteger integer && integer.v > 0 && integer.v <= array.length) {
            array[integer.v - 1] = storedValue;
        } else {
            nodes.values[nodes.insert(key, storedKey)] = storedValue;
        }
    }

    private void readMode() {
        LuaValue mode = metatable == null ? NIL : metatable.rawget(MODE);
        boolean keys = mode instanceof LuaString string && string.indexOf((byte) 'k', 0) >= 0;
        boolean values = mode instanceof LuaString string && string.indexOf((byte) 'v', 0) >= 0;
        if (keys == weakKeys && values == weakValues) {
            return;
        }
        weakKeys = keys;
        weakValues = values;
        for (int at = 0; at < array.length; at++) {
            array[at] = stored(strong(array[at]));
        }
        for (int at = 0; at < nodes.size(); at++) {
            nodes.values[at] = stored(strong(nodes.values[at]));
            LuaValue key = strong(nodes.keys[at]);
            if (!key.isnil()) {
                nodes.keys[at] = keys ? PucTableNodes.weak(key) : key;
            }
        }
    }

    /** What the collector has taken becomes nil. */
    private void dropCollected() {
        if (!weakKeys && !weakValues) {
            return;
        }
        for (int at = 0; at < array.length; at++) {
            if (strong(array[at]).isnil()) {
                array[at] = null;
            }
        }
        for (int at = 0; at < nodes.size(); at++) {
            if (strong(nodes.keys[at]).isnil() || strong(nodes.values[at]).isnil()) {
                nodes.values[at] = null;
            }
        }
    }

    private LuaValue stored(LuaValue value) {
        if (value.isnil()) {
            return null;
        }
        return weakValues ? PucTableNodes.weak(value) : value;
    }

    private static LuaValue strong(LuaValue stored) {
        LuaValue value = PucTableNodes.strong(stored);
        return value == null ? NIL : value;
    }
}
