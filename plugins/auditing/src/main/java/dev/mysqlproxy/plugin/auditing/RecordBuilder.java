package dev.mysqlproxy.plugin.auditing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Puts a compact record together: the fields in the order in which {@link AuditRecord} reads them. Reused; one thread at a
 * time.
 */
final class RecordBuilder {

    /** Bytes of the longest name, address or message in a record; the rest is cut off. */
    static final int LONGEST_STRING = 4096;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final int KEPT = 64 * 1024;
    private static final int LONGEST_SMALL = 10;

    private byte[] bytes = new byte[1024];
    private byte[] scratch = new byte[1024];
    private int length;
    private long micros;
    private Origin origin;

    RecordBuilder() {}

    /** A new record that belongs to no session. */
    RecordBuilder begin(AuditEvent event, long now) {
        return begin(event, now, null);
    }

    /** A new record of a session. */
    @SuppressWarnings("EnumOrdinal") // records do not outlive the process
    RecordBuilder begin(AuditEvent event, long now, Origin from) {
        micros = now;
        origin = from;
        if (bytes.length > KEPT) {
            bytes = new byte[KEPT];
        }
        length = 0;
        return putByte(event.ordinal()).putLong(now);
    }

    /** The record, {@link #length} bytes of it; until the next begins. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** A copy of the bytes. */
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** Whose it is; null for nobody's. */
    Origin origin() {
        return origin;
    }

    /** Bytes that it may take in a queue. */
    int mostBytes() {
        return origin == null ? length : length + origin.bytes();
    }

    /** When it began, in microseconds since 1970. */
    long micros() {
        return micros;
    }

    /** An array of at least so many bytes to put something together in; what was in the last one is lost. */
    byte[] scratch(int size) {
        if (scratch.length < size || scratch.length > KEPT && size <= KEPT) {
            scratch = new byte[Math.max(size, 1024)];
        }
        return scratch;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    RecordBuilder putByte(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    RecordBuilder putInt(int value) {
        room(Integer.BYTES);
        INTS.set(bytes, length, value);
        length += Integer.BYTES;
        return this;
    }

    RecordBuilder putLong(long value) {
        room(Long.BYTES);
        LONGS.set(bytes, length, value);
        length += Long.BYTES;
        return this;
    }

    /** A number that is small most of the time: 7 bits to a byte, the lowest first; 10 bytes for a negative one. */
    RecordBuilder putSmall(long value) {
        room(LONGEST_SMALL);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    /** A length and so many bytes of a text. */
    RecordBuilder putText(byte[] text, int count) {
        putInt(count);
        room(count);
        System.arraycopy(text, 0, bytes, length, count);
        length += count;
        return this;
    }

    /** A length and a string in UTF-8, cut behind {@link #LONGEST_STRING} bytes. */
    RecordBuilder putString(String value) {
        return putString(value, LONGEST_STRING);
    }

    /** A length and a string in UTF-8, cut behind so many bytes. */
    RecordBuilder putString(String value, int most) {
        int chars = Math.min(value.length(), most);
        room(Integer.BYTES + 3 * chars);
        int start = length + Integer.BYTES;
        int at = start;
        int limit = start + most;
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                bytes[at++] = (byte) c;
            } else {
                at = Utf8.put(bytes, at, value, i);
                if (Character.isHighSurrogate(c)) {
                    i++;
                }
            }
            if (at >= limit) {
                at = at == limit ? at : Utf8.wholeCharacters(bytes, start, limit);
                break;
            }
        }
        INTS.set(bytes, length, at - start);
        length = at;
        return this;
    }
}
