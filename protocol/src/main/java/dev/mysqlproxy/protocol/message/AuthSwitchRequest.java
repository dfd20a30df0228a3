package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The server asks for another authentication method, Protocol::AuthSwitchRequest.
 *
 * @param plugin its name; empty for the one-byte form, which means the method from before 4.1
 * @param data usually a nonce and its NUL
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_auth_switch_request.html">AuthSwitchRequest</a>
 */
public record AuthSwitchRequest(String plugin, byte[] data) {

    /** First byte. */
    public static final int HEADER = 0xfe;

    /** Reads the payload. */
    public static AuthSwitchRequest decode(ByteBuf payload) {
        Wire.require(payload, 1, "an authentication switch");
        payload.skipBytes(1);
        if (!payload.isReadable()) {
            return new AuthSwitchRequest("", new byte[0]);
        }
        String plugin = new String(Wire.readNulBytes(payload, "the plugin name"), StandardCharsets.ISO_8859_1);
        return new AuthSwitchRequest(plugin, Wire.readBytes(payload, payload.readableBytes()));
    }

    /** Appends the payload. */
    public void encode(ByteBuf out) {
        out.writeByte(HEADER);
        out.writeCharSequence(plugin, StandardCharsets.ISO_8859_1);
        out.writeByte(0).writeBytes(data);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthSwitchRequest that && plugin.equals(that.plugin) && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return plugin.hashCode() * 31 + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "AuthSwitchRequest[" + plugin + "]";
    }
}
