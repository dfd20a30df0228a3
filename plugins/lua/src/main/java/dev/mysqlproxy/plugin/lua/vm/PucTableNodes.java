package dev.mysqlproxy.plugin.lua.vm;

import java.lang.ref.WeakReference;
import org.luaj.vm2.LuaBoolean;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/**
 * The hash part of a {@link PucTable}: a chained scatter table in Brent's variation. A key not in its main position
 * means that the key which is there belongs there. Where keys land decides the order of traversal, so every step is Lua
 * 5.1's.
 */
final class PucTableNodes {

    /** Of tables without a hash part: finds nothing, takes nothing. */
    static final PucTableNodes NONE = new PucTableNodes(0);

    private static final int MAX_BITS = 26;

    final LuaValue[] keys;
    /** null is nil: a key whose value was removed stays until the next rehash, so that a traversal can go on. */
    final LuaValue[] values;
    /** Next node of the same chain, plus one; 0 ends the chain. */
    private final int[] chain;

    private final int mask;
    private int lastFree;

    /** A weak reference that can stand in the place of a key or a value. */
    static final class Weak extends LuaValue {
        private final WeakReference<LuaValue> reference;

        Weak(LuaValue value) {
            reference = new WeakReference<>(value);
        }

        LuaValue value() {
            return reference.get();
        }

        @Override
        public int type() {
            return TNONE;
        }

        @Override
        public String typename() {
            return "weak";
        }
    }

    PucTableNodes(int size) {
        if (size > 1 << MAX_BITS) {
            throw new LuaError("table overflow");
        }
        int capacity = size == 0 ? 1 : 1 << log2(size);
        keys = new LuaValue[capacity];
        values = new LuaValue[capacity];
        chain = new int[capacity];
        mask = capacity - 1;
        lastFree = size == 0 ? 0 : capacity;
    }

    /** The logarithm to base two, rounded up, of a number from 1. */
    static int log2(int number) {
        return 32 - Integer.numberOfLeadingZeros(number - 1);
    }

    int size() {
        return keys.length;
    }

    /** Index of this key's node, or -1. Mostly it is the very same object; others mostly differ in their hashes. */
    @SuppressWarnings("ReferenceEquality")
    int find(LuaString key) {
        int at = key.hashCode() & mask;
        do {
            LuaValue there = keys[at];
            if (there == key || (there instanceof LuaString && ((LuaString) there).raweq(key))) {
                return at;
            }
            at = chain[at] - 1;
        } while (at >= 0);
        return -1;
    }

    /** Index of this key's node, or -1. */
    int find(int key) {
        int at = numberPosition(key);
        while (true) {
            if (keys[at] instanceof LuaInteger integer && integer.v == key) {
                return at;
            }
            at = chain[at] - 1;
            if (at < 0) {
                return -1;
            }
        }
    }

    /** Index of the node of any key but nil, or -1. Numbers are normal: an int is a LuaInteger. */
    @SuppressWarnings("ReferenceEquality") // objects are keys by identity
    int find(LuaValue key) {
        if (key instanceof LuaString string) {
            return find(string);
        }
        if (key instanceof LuaInteger integer) {
            return find(integer.v);
        }
        boolean number = key instanceof LuaDouble;
        int at = mainPosition(key);
        while (at >= 0) {
            LuaValue other = keys[at];
            if (other == key
                    || (other instanceof Weak weak && weak.value() == key)
                    || (number && other instanceof LuaDouble && other.todouble() == key.todouble())) {
                return at;
            }
            at = chain[at] - 1;
        }
        return -1;
    }

    /**
     * Puts in a key that is not there.
     *
     * @param stored the key as it is to be kept, weak or not
     * @return index of its node, or -1 when there is no free one
     */
    int insert(LuaValue key, LuaValue stored) {
        int main = mainPosition(key);
        LuaValue there = strong(keys[main]);
        if (this != NONE && (there == null || strong(values[main]) == null)) {
            keys[main] = stored;
            values[main] = null;
            return main;
        }
        int free = freePosition();
        if (free < 0) {
            return -1;
        }
        int other = mainPosition(there);
        if (other == main) {
            chain[free] = chain[main];
            chain[main] = free + 1;
            keys[free] = stored;
            return free;
        }
        while (chain[other] != main + 1) {
            other = chain[other] - 1;
        }
        chain[other] = free + 1;
        keys[free] = keys[main];
        values[free] = values[main];
        chain[free] = chain[main];
        chain[main] = 0;
        values[main] = null;
        keys[main] = stored;
        return main;
    }

    private int freePosition() {
        while (--lastFree >= 0) {
            if (keys[lastFree] == null) {
                return lastFree;
            }
        }
        lastFree = 0;
        return -1;
    }

    /** What is kept here, or null if nothing is or the collector has taken it. */
    static LuaValue strong(LuaValue stored) {
        return stored instanceof Weak weak ? weak.value() : stored;
    }

    /** Only what has an identity can be weak: strings are values, as they are in Lua. */
    static LuaValue weak(LuaValue value) {
        return switch (value.type()) {
            case LuaValue.TTABLE, LuaValue.TFUNCTION, LuaValue.TUSERDATA, LuaValue.TTHREAD -> new Weak(value);
            default -> value;
        };
    }

    private int mainPosition(LuaValue key) {
        if (key instanceof LuaString) {
            return key.hashCode() & mask;
        }
        if (key instanceof LuaNumber) {
            return numberPosition(key.todouble());
        }
        if (key instanceof LuaBoolean) {
            return key.toboolean() ? 1 & mask : 0;
        }
        return System.identityHashCode(key) % (mask | 1);
    }

    private int numberPosition(double number) {
        if (number == 0) {
            return 0;
        }
        long bits = Double.doubleToRawLongBits(number);
        return Integer.remainderUnsigned((int) bits + (int) (bits >>> 32), mask | 1);
    }
}
