package dev.mysqlproxy.plugin.auditing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Records of one thread, one behind the other, each with its length before it. Guarded by its owner, then the writer's. */
final class Chunk {

    /** Bytes of a usual one. */
    static final int SIZE = 128 * 1024;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final ByteBuffer view;
    private int used;
    private int records;
    private ThreadRecords owner;

    Chunk(int size) {
        bytes = new byte[size];
        view = ByteBuffer.wrap(bytes);
    }

    /** Whose records these are: they come one after the other, in this chunk and the next of the same. */
    ThreadRecords owner() {
        return owner;
    }

    void owner(ThreadRecords thread) {
        owner = thread;
    }

    boolean hasRoomFor(int length) {
        return bytes.length - used >= Integer.BYTES + length;
    }

    void add(byte[] record, int length) {
        INTS.set(bytes, used, length);
        System.arraycopy(record, 0, bytes, used + Integer.BYTES, length);
        used += Integer.BYTES + length;
        records++;
    }

    void clear() {
        used = 0;
        records = 0;
        owner = null;
    }

    boolean isUsual() {
        return bytes.length == SIZE;
    }

    /** Its bytes, for the writer to read records from. */
    ByteBuffer view() {
        return view;
    }

    byte[] bytes() {
        return bytes;
    }

    int used() {
        return used;
    }

    /** Bytes of its records, without their lengths. */
    int recordBytes() {
        return used - records * Integer.BYTES;
    }

    int lengthAt(int index) {
        return (int) INTS.get(bytes, index);
    }
}
