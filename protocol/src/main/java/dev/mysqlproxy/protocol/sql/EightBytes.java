package dev.mysqlproxy.protocol.sql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes of text as one number, the first of them in the lowest bits: what is done to all of them at once costs what
 * it costs for one.
 */
final class EightBytes {
    /** How many they are. */
    static final int COUNT = Long.BYTES;

    private static final VarHandle BYTES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = all(1);
    private static final long HIGH_BITS = all(0x80);

    private EightBytes() {}

    /** Those from an index on; all eight must be in the array. */
    static long get(byte[] bytes, int index) {
        return (long) BYTES.get(bytes, index);
    }

    /** Writes all eight from an index on. */
    static void put(byte[] bytes, int index, long eight) {
        BYTES.set(bytes, index, eight);
    }

    /** Eight times the same byte. */
    static long all(int value) {
        return 0x0101010101010101L * (value & 0xff);
    }

    /** Non-zero if a byte is zero, and then the lowest bit set is in the first such; bits above it may be wrong. */
    static long zeros(long eight) {
        return (eight - LOW_BITS) & ~eight & HIGH_BITS;
    }

    /** Which byte the lowest bit that is set is in, from 0. */
    static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
    }

    /** With ASCII letters in capitals. */
    static long toUpper(long eight) {
        long ascii = eight & ~HIGH_BITS;
        long lower = within(ascii, 'a', 'z') & ~eight & HIGH_BITS;
        return eight ^ lower >>> 2;
    }

    /** The highest bit of each byte that cannot be part of a name without quotes, as {@link SqlBytes.isName}. */
    static long outsideNames(long eight) {
        long ascii = eight & ~HIGH_BITS;
        long letters = within(ascii | all(0x20), 'a', 'z');
        long digits = within(ascii, '0', '9');
        long others = differs(ascii, '_') & differs(ascii, '$');
        return ~(eight | letters | digits) & others & HIGH_BITS;
    }

    // of bytes below 0x80: sums do not reach the next byte, and say it in the highest bit of their own

    private static long within(long ascii, int from, int to) {
        return (ascii + all(0x80 - from)) ^ (ascii + all(0x7f - to));
    }

    private static long differs(long ascii, int value) {
        return (ascii ^ all(value)) + all(0x7f);
    }
}
