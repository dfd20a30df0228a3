package dev.mysqlproxy.plugin.auditing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Records of one thread, one behind the other, each with its length and the number of its {@link Origin} before it. Guarded
 * by its owner, then the writer's.
 */
final class Chunk {

    /** Bytes of a usual one. */
    static final int SIZE = 128 * 1024;
    /** Bytes before each record. */
    static final int HEADER = 2 * Integer.BYTES;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int NOBODY = -1;

    private final byte[] bytes;
    private int used;
    private long counted;
    private ThreadRecords owner;
    private Origin[] origins = new Origin[64];
    private int originCount;

    Chunk(int size) {
        bytes = new byte[size];
    }

    /** Whose records these are: they come one after the other, in this chunk and the next of the same. */
    ThreadRecords owner() {
        return owner;
    }

    void owner(ThreadRecords thread) {
        owner = thread;
    }

    boolean hasRoomFor(int length) {
        return bytes.length - used >= HEADER + length;
    }

    /** Adds a record there is room for; answers how many bytes it counts for. */
    int add(RecordBuilder record) {
        int length = record.length();
        int counts = countFor(record);
        INTS.set(bytes, used, length);
        INTS.set(bytes, used + Integer.BYTES, numberOf(record.origin()));
        System.arraycopy(record.bytes(), 0, bytes, used + HEADER, length);
        used += HEADER + length;
        counted += counts;
        return counts;
    }

    /** How many bytes a record would count for: its own, and the names in its origin if that is new here. */
    int countFor(RecordBuilder record) {
        return knows(record.origin()) ? record.length() : record.mostBytes();
    }

    private boolean knows(Origin origin) {
        return origin == null || origin.number() < originCount && origins[origin.number()] == origin;
    }

    private int numberOf(Origin origin) {
        if (origin == null) {
            return NOBODY;
        }
        if (!knows(origin)) {
            if (originCount == origins.length) {
                origins = Arrays.copyOf(origins, 2 * originCount);
            }
            origin.number(originCount);
            origins[originCount++] = origin;
        }
        return origin.number();
    }

    void clear() {
        used = 0;
        counted = 0;
        owner = null;
        Arrays.fill(origins, 0, originCount, null);
        originCount = 0;
    }

    boolean isUsual() {
        return bytes.length == SIZE;
    }

    byte[] bytes() {
        return bytes;
    }

    int used() {
        return used;
    }

    /** How many bytes its records count for. */
    long counted() {
        return counted;
    }

    /** Bytes of the record that begins there, without its header. */
    int lengthOf(int offset) {
        return (int) INTS.get(bytes, offset - HEADER);
    }

    /** Whose the record is that begins there; null for nobody's. */
    Origin originOf(int offset) {
        int number = (int) INTS.get(bytes, offset - Integer.BYTES);
        return number == NOBODY ? null : origins[number];
    }
}
