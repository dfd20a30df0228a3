package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Packets of the connection phase for tests. */
final class Packets {

    private static final Capabilities ALL = new Capabilities(Capabilities.PROTOCOL_41
            | Capabilities.SECURE_CONNECTION
            | Capabilities.LONG_PASSWORD
            | Capabilities.CONNECT_WITH_DB
            | Capabilities.PLUGIN_AUTH);

    private Packets() {}

    static byte[] greeting() {
        return bytes(new Greeting(
                "8.4.2",
                4_000_000_001L,
                "abcdefghijklmnopqrst".getBytes(StandardCharsets.US_ASCII),
                ALL,
                45,
                2,
                "caching_sha2_password")::encode);
    }

    static byte[] login(String user, String response, String schema) {
        return bytes(new HandshakeResponse(
                ALL,
                1 << 24,
                45,
                user,
                response.getBytes(StandardCharsets.US_ASCII),
                Optional.of(schema),
                "mysql_native_password",
                Map.of())::encode);
    }

    private static byte[] bytes(Consumer<ByteBuf> encoder) {
        ByteBuf buffer = Unpooled.buffer();
        encoder.accept(buffer);
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }
}
