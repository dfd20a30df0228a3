package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Bytes of the protocol, as servers and clients send them. */
final class Packets {

    static final int AUTOCOMMIT = 2;
    static final int IN_TRANS = 1;
    static final int MORE_RESULTS = 8;
    static final int MAX = 0xff_ffff;

    /** A client or server of the years before 5.7.5. */
    static final Capabilities CLASSIC = new Capabilities(Capabilities.LONG_PASSWORD
            | Capabilities.CONNECT_WITH_DB
            | Capabilities.LOCAL_FILES
            | Capabilities.PROTOCOL_41
            | Capabilities.TRANSACTIONS
            | Capabilities.SECURE_CONNECTION
            | Capabilities.MULTI_STATEMENTS
            | Capabilities.MULTI_RESULTS
            | Capabilities.PS_MULTI_RESULTS
            | Capabilities.PLUGIN_AUTH
            | Capabilities.CONNECT_ATTRS
            | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA);

    /** One of today. */
    static final Capabilities MODERN =
            CLASSIC.with(Capabilities.SESSION_TRACK | Capabilities.DEPRECATE_EOF | Capabilities.QUERY_ATTRIBUTES);

    static final byte[] NONCE = "abcdefghijklmnopqrst".getBytes(StandardCharsets.US_ASCII);
    static final byte[] SCRAMBLE = "01234567890123456789".getBytes(StandardCharsets.US_ASCII);

    private Packets() {}

    static byte[] bytes(int... values) {
        byte[] all = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            all[i] = (byte) values[i];
        }
        return all;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] part(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    static String text(byte[] bytes, int from) {
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }

    /** The payload length in a header. */
    static int length(byte[] header) {
        return header[0] & 0xff | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
    }

    static byte[] payload(byte[] packet) {
        return part(packet, 4, packet.length);
    }

    /** One packet; a payload of 16 MiB and more becomes several. */
    static byte[] packet(int sequence, byte[] payload) {
        return written(Capabilities.NONE, sequence, writer -> writer.raw(payload));
    }

    static byte[] packet(int sequence, int... payload) {
        return packet(sequence, bytes(payload));
    }

    private static byte[] written(Capabilities capabilities, int sequence, Consumer<PacketWriter> encoder) {
        return encoded(out -> encoder.accept(new PacketWriter(out, capabilities, sequence)));
    }

    static byte[] encoded(Consumer<ByteBuf> encoder) {
        ByteBuf out = Unpooled.buffer();
        encoder.accept(out);
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    // --- connection phase -------------------------------------------------------------------------------------------

    static byte[] greeting(Capabilities capabilities) {
        Greeting greeting = new Greeting("9.7.1", 42, NONCE, capabilities, 45, AUTOCOMMIT, "mysql_native_password");
        return packet(0, encoded(greeting::encode));
    }

    static byte[] login(int sequence, Capabilities capabilities) {
        HandshakeResponse response = new HandshakeResponse(
                capabilities,
                1 << 24,
                45,
                "app",
                SCRAMBLE,
                Optional.of("shop"),
                "mysql_native_password",
                Map.of("program_name", "fake"));
        return packet(sequence, encoded(response::encode));
    }

    // --- commands ---------------------------------------------------------------------------------------------------

    static byte[] command(int code, byte[]... arguments) {
        return packet(0, join(bytes(code), join(arguments)));
    }

    /** COM_QUERY without query attributes. */
    static byte[] query(String sql) {
        return command(0x03, ascii(sql));
    }

    /** COM_QUERY with query attributes negotiated and none given. */
    static byte[] modernQuery(String sql) {
        return command(0x03, bytes(0, 1), ascii(sql));
    }

    static byte[] ping() {
        return command(0x0e);
    }

    static byte[] quit() {
        return command(0x01);
    }

    // --- replies ----------------------------------------------------------------------------------------------------

    static byte[] ok(int sequence) {
        return ok(sequence, AUTOCOMMIT);
    }

    static byte[] ok(int sequence, int status) {
        return written(Capabilities.NONE, sequence, writer -> writer.ok(new OkPacket(0, 0, status, 0, "")));
    }

    static byte[] err(int sequence, int code, String message) {
        return written(Capabilities.NONE, sequence, writer -> writer.err(new ErrPacket(code, "HY000", message)));
    }

    static byte[] eof(int sequence, int status) {
        return packet(sequence, 0xfe, 0, 0, status & 0xff, status >>> 8);
    }

    /** A text result set of one column, from sequence id 1. */
    static byte[] resultSet(Capabilities capabilities, String... values) {
        return resultSet(capabilities, 1, AUTOCOMMIT, values);
    }

    static byte[] resultSet(Capabilities capabilities, int sequence, int status, String... values) {
        List<List<byte[]>> rows = new ArrayList<>();
        for (String value : values) {
            rows.add(List.of(ascii(value)));
        }
        return written(
                capabilities,
                sequence,
                writer -> writer.resultSet(List.of(PacketWriter.column("c", 0xfd, 80)), rows, status));
    }

    static byte[] column(int sequence) {
        return packet(
                sequence, encoded(out -> PacketWriter.column("c", 0xfd, 80).encode(out, false)));
    }
}
