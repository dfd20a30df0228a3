package dev.mysqlproxy.protocol.fuzz;

import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.Wire;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Valid inputs: what peers that follow the protocol send. */
final class Inputs {

    /** Longer replies teach nothing and cost much. */
    private static final int LONGEST_REPLY = 4_000;

    private static final byte[] NONCE = Wire.utf8("abcdefghijklmnopqrst");

    private Inputs() {}

    static byte[] encoded(Consumer<ByteBuf> encoder) {
        ByteBuf out = Unpooled.buffer();
        encoder.accept(out);
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Payloads of greetings. */
    static List<byte[]> greetings() {
        List<byte[]> greetings = new ArrayList<>();
        for (long bits : new long[] {0xffff_ffffL, 0x1f_ffff_fffeL, 0xf7ff, Capabilities.RELAYED.bits() & ~1L}) {
            Greeting greeting = new Greeting(
                    "5.5.5-10.11.8-MariaDB", 42, NONCE, new Capabilities(bits), 45, 2, "mysql_native_password");
            greetings.add(encoded(greeting::encode));
        }
        return greetings;
    }

    /** Payloads of logins, in every layout that flags choose. */
    static List<byte[]> logins() {
        List<byte[]> logins = new ArrayList<>();
        for (long bits : new long[] {
            0xffff_ffffL,
            Capabilities.RELAYED.bits() & ~1L,
            0x00ff_ffffL & ~Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA,
            0x00ff_ffffL & ~(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA | Capabilities.SECURE_CONNECTION),
            Capabilities.PROTOCOL_41 | Capabilities.LONG_PASSWORD
        }) {
            HandshakeResponse login = new HandshakeResponse(
                    new Capabilities(bits),
                    1 << 24,
                    45,
                    "app",
                    NONCE,
                    Optional.of("shop"),
                    "caching_sha2_password",
                    Map.of("_client_name", "libmysql", "program_name", "x".repeat(300)));
            logins.add(encoded(login::encode));
        }
        logins.add(Arrays.copyOf(logins.get(0), HandshakeResponse.SSL_REQUEST_LENGTH));
        return logins;
    }

    private static List<Capture> captures() {
        return Capture.load(Capture.SMALL).stream()
                .filter(capture -> capture.reply().length < LONGEST_REPLY)
                .toList();
    }

    /** Replies behind ten bytes that say how to read them: capabilities, shape, where the client speaks. */
    static List<byte[]> replies() {
        List<byte[]> replies = new ArrayList<>();
        for (Capture capture : captures()) {
            byte[] settings =
                    encoded(out -> out.writeLongLE(capture.capabilities().bits())
                            .writeByte(List.of(ReplyShape.values()).indexOf(ReplyShape.of(capture.code())))
                            .writeByte(capture.parts().get(0).bytes().length));
            replies.add(joined(settings, capture.reply()));
        }
        return replies;
    }

    /** Single payloads of replies that begin with one of these bytes. */
    static List<byte[]> payloads(int... firsts) {
        return captures().stream()
                .flatMap(capture -> capture.packets().stream())
                .map(line -> Capture.bytes(line.substring(2)))
                .filter(packet -> packet.length > 4)
                .map(packet -> Arrays.copyOfRange(packet, 4, packet.length))
                .filter(payload -> Arrays.stream(firsts).anyMatch(first -> (byte) first == payload[0]))
                .limit(200)
                .toList();
    }

    /** What clients ask, without headers. */
    static List<byte[]> commands() {
        return captures().stream()
                .map(Capture::command)
                .filter(command -> command.length < 200)
                .toList();
    }
}
