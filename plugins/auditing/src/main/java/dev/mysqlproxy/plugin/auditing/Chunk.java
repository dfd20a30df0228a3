package dev.mysqlproxy.plugin.auditing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Records one behind the other, each with its length before it. Guarded by the queue, then the writer's. */
final class Chunk {

    /** Bytes of a usual one. */
    static final int SIZE = 128 * 1024;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int used;

    Chunk(int size) {
        bytes = new byte[size];
    }

    boolean hasRoomFor(int length) {
        return bytes.length - used >= Integer.BYTES + length;
    }

    void add(byte[] record, int length) {
        INTS.set(bytes, used, length);
        System.arraycopy(record, 0, bytes, used + Integer.BYTES, length);
        used += Integer.BYTES + length;
    }

    void clear() {
        used = 0;
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

    int lengthAt(int index) {
        return (int) INTS.get(bytes, index);
    }
}
