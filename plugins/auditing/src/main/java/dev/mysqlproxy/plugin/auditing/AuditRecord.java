package dev.mysqlproxy.plugin.auditing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads compact records, one after the other, field by field in the order in which they were put. The fields that all
 * records of sessions have are read when a record begins.
 */
final class AuditRecord {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private ByteBuffer source = ByteBuffer.allocate(0);

    private AuditEvent event;
    private long micros;
    private long session;
    private long thread;
    private final Slice listener = new Slice();
    private final Slice client = new Slice();
    private final Slice user = new Slice();
    private final Slice program = new Slice();
    private final Slice schema = new Slice();
    private final Slice backend = new Slice();

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

    /** Begins a record. */
    AuditEvent begin(ByteBuffer records, int offset, int length) {
        source = records;
        source.limit(offset + length).position(offset);
        event = AuditEvent.of(source.get());
        micros = source.getLong();
        if (isOfSession()) {
            session = source.getLong();
            thread = source.getLong();
            string(listener);
            string(client);
            string(user);
            string(program);
            string(schema);
            string(backend);
        }
        return event;
    }

    private boolean isOfSession() {
        return switch (event) {
            case CONNECT, LOGIN, CHANGE_USER, STATEMENT, COMMAND, DISCONNECT -> true;
            case START, STOP, DROPPED -> false;
        };
    }

    AuditEvent event() {
        return event;
    }

    /** Microseconds since 1970. */
    long micros() {
        return micros;
    }

    long session() {
        return session;
    }

    long thread() {
        return thread;
    }

    Slice listener() {
        return listener;
    }

    Slice client() {
        return client;
    }

    Slice user() {
        return user;
    }

    Slice program() {
        return program;
    }

    Slice schema() {
        return schema;
    }

    Slice backend() {
        return backend;
    }

    /** The next field, a small number. */
    int getByte() {
        return source.get() & 0xff;
    }

    int getInt() {
        return source.getInt();
    }

    long getLong() {
        return source.getLong();
    }

    /** The next field, a text; the slice stays good as long as the record. */
    Slice string(Slice target) {
        int length = source.getInt();
        target.bytes = source.array();
        target.offset = source.position();
        target.length = length;
        source.position(source.position() + length);
        return target;
    }
}
