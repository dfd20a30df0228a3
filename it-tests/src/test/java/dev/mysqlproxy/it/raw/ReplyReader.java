package dev.mysqlproxy.it.raw;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Knows where replies end, by the book and without a look at the product. */
final class ReplyReader {
    private static final int SERVER_MORE_RESULTS_EXISTS = 0x0008;
    private static final int SERVER_STATUS_CURSOR_EXISTS = 0x0040;
    private static final int SERVER_PS_OUT_PARAMS = 0x1000;
    private static final int LONGEST_EOF = 9;

    private final Wire wire;
    private final long capabilities;
    private final Function<String, Optional<byte[]>> files;
    private final List<Packet> packets = new ArrayList<>();
    private int sequence = 1;

    /** A reader of one reply; {@code files} has what LOCAL INFILE asks for, if it may be had. */
    ReplyReader(Wire wire, long capabilities, Function<String, Optional<byte[]>> files) {
        this.wire = wire;
        this.capabilities = capabilities;
        this.files = files;
    }

    List<Packet> packets() {
        return packets;
    }

    ReplyReader startingAt(int id) {
        sequence = id;
        return this;
    }

    private boolean has(long flag) {
        return (capabilities & flag) != 0;
    }

    /** The next packet, whose sequence id has to be the one due. */
    private Packet next() {
        Packet packet = wire.read();
        if (packet.sequence() != sequence) {
            throw new AssertionError("sequence id " + sequence + " was due: " + packet + " after " + packets);
        }
        sequence = (packet.sequence() + packet.parts()) & 0xff;
        packets.add(packet);
        return packet;
    }

    void one() {
        next();
    }

    /** Results of COM_QUERY, COM_STMT_EXECUTE and the like. */
    void results(boolean cursorPossible) {
        while (true) {
            Packet head = next();
            if (head.isProgress()) {
                continue;
            }
            if (head.isErr()) {
                return;
            }
            int status;
            if (head.isOk()) {
                status = okStatus(head);
            } else if (head.first() == 0xfb) {
                file(new String(head.payload(), 1, head.payload().length - 1, java.nio.charset.StandardCharsets.UTF_8));
                continue;
            } else {
                status = resultSet(head, cursorPossible);
            }
            if ((status & SERVER_MORE_RESULTS_EXISTS) == 0) {
                return;
            }
        }
    }

    /** Answers the status of its last packet; none (0) after an error. */
    private int resultSet(Packet head, boolean cursorPossible) {
        Cursor cursor = new Cursor(head.payload());
        long columns = cursor.lenEnc();
        boolean metadata = cursor.left() == 0 || cursor.number1() != 0;
        if (metadata) {
            for (long i = 0; i < columns; i++) {
                next();
            }
        }
        int status = 0;
        if (!has(Flags.CLIENT_DEPRECATE_EOF)) {
            status = eofStatus(next());
            if (cursorPossible && (status & SERVER_STATUS_CURSOR_EXISTS) != 0) {
                return status;
            }
        }
        int end = rows();
        // OUT parameters: only the first of their two EOFs says that there is more
        return (status & SERVER_PS_OUT_PARAMS) == 0 ? end : end | status & SERVER_MORE_RESULTS_EXISTS;
    }

    /** Rows up to what ends them. */
    int rows() {
        while (true) {
            Packet packet = next();
            if (packet.isErr() && !packet.isProgress()) {
                return 0;
            }
            if (isEnd(packet)) {
                return has(Flags.CLIENT_DEPRECATE_EOF) && packet.payload().length > 5
                        ? okStatus(packet)
                        : eofStatus(packet);
            }
        }
    }

    private boolean isEnd(Packet packet) {
        int longest = has(Flags.CLIENT_DEPRECATE_EOF) ? Wire.MAX_PAYLOAD : LONGEST_EOF;
        return packet.first() == 0xfe && packet.payload().length < longest;
    }

    private void file(String name) {
        Optional<byte[]> file = files.apply(name);
        if (file.isPresent() && file.get().length > 0) {
            int half = Math.max(1, file.get().length / 2);
            byte[] bytes = file.get();
            sequence = wire.write(sequence, java.util.Arrays.copyOf(bytes, half));
            if (half < bytes.length) {
                sequence = wire.write(sequence, java.util.Arrays.copyOfRange(bytes, half, bytes.length));
            }
        }
        sequence = wire.write(sequence, new byte[0]);
    }

    /** The answer to COM_STMT_PREPARE. */
    void prepared() {
        Packet head = next();
        if (head.isErr()) {
            return;
        }
        Cursor cursor = new Cursor(head.payload());
        cursor.raw(5);
        long columns = cursor.number(2);
        long parameters = cursor.number(2);
        cursor.raw(3);
        boolean metadata =
                !has(Flags.CLIENT_OPTIONAL_RESULTSET_METADATA) || cursor.left() == 0 || cursor.number1() != 0;
        definitions(metadata ? parameters : 0);
        definitions(metadata ? columns : 0);
    }

    private void definitions(long count) {
        for (long i = 0; i < count; i++) {
            next();
        }
        if (count > 0 && !has(Flags.CLIENT_DEPRECATE_EOF)) {
            eofStatus(next());
        }
    }

    private static int okStatus(Packet packet) {
        Cursor cursor = new Cursor(packet.payload());
        cursor.raw(1);
        cursor.lenEnc();
        cursor.lenEnc();
        return (int) cursor.number(2);
    }

    private static int eofStatus(Packet packet) {
        if (packet.first() != 0xfe) {
            throw new AssertionError("an EOF was due: " + packet);
        }
        Cursor cursor = new Cursor(packet.payload());
        cursor.raw(3);
        return (int) cursor.number(2);
    }
}
