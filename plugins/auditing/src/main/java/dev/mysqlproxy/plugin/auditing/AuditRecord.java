package dev.mysqlproxy.plugin.auditing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads compact records, one after the other, field by field in the order in which they were put. */
final class AuditRecord {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[] source = new byte[0];
    private int at;

    private AuditEvent event = AuditEvent.START;
    private long micros;
    private Origin origin;

    /** Bytes of a record. */
    static final class Slice {
        byte[] bytes = new byte[0];
        int offset;
        int length;

        boolean isEmpty() {
            return length == 0;
        }

        @Override
        public String toString() {
            return new String(bytes, offset, length, StandardCharsets.UTF_8);
        }
    }

    /** When a record was made that begins there, in microseconds since 1970. */
    static long microsAt(byte[] records, int offset) {
        return (long) LONGS.get(records, offset + 1);
    }

    /** Begins the record of a chunk that begins there. */
    AuditEvent begin(Chunk chunk, int offset) {
        open(chunk.bytes(), offset);
        event = AuditEvent.of(getByte());
        micros = getLong();
        origin = chunk.originOf(offset);
        return event;
    }

    /** Reads fields that begin there. */
    void open(byte[] bytes, int offset) {
        source = bytes;
        at = offset;
    }

    AuditEvent event() {
        return event;
    }

    /** Microseconds since 1970. */
    long micros() {
        return micros;
    }

    /** Whose it is; null for events that are no session's. */
    Origin origin() {
        return origin;
    }

    /** The next field, of one byte. */
    int getByte() {
        return source[at++] & 0xff;
    }

    /** The next field, a small number. */
    long getSmall() {
        long value = 0;
        int shift = 0;
        byte next = source[at++];
        while (next < 0) {
            value |= (next & 0x7fL) << shift;
            shift += 7;
            next = source[at++];
        }
        return value | (long) next << shift;
    }

    long getLong() {
        long value = (long) LONGS.get(source, at);
        at += Long.BYTES;
        return value;
    }

    int getInt() {
        int value = (int) INTS.get(source, at);
        at += Integer.BYTES;
        return value;
    }

    /** The next field, a text; the slice stays good as long as the record. */
    Slice string(Slice target) {
        int length = getInt();
        target.bytes = source;
        target.offset = at;
        target.length = length;
        at += length;
        return target;
    }
}
