package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The client's login, Protocol::HandshakeResponse41.
 *
 * @param capabilities what the client wants, MariaDB's extended flags included
 * @param maxPacketSize the client's limit, unsigned 32 bit
 * @param characterSet low byte of the collation's number
 * @param user user name, UTF-8
 * @param authResponse answer to the nonce, may be empty
 * @param database default schema
 * @param authPlugin the method {@code authResponse} is for, empty when the client names none
 * @param attributes connection attributes
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_response.html">HandshakeResponse41</a>
 */
public record HandshakeResponse(
        Capabilities capabilities,
        long maxPacketSize,
        int characterSet,
        String user,
        byte[] authResponse,
        Optional<String> database,
        String authPlugin,
        Map<String, String> attributes) {

    /** Payload length of an SSLRequest, which is a response cut off before the user name. */
    public static final int SSL_REQUEST_LENGTH = 32;

    static final int MAX_ATTRIBUTES = 512;
    /** HandshakeResponse320 with an empty user name: flags, packet size, NUL. */
    private static final int SHORTEST = 2 + 3 + 1;
    /** As much as a server takes. */
    private static final int MAX_ATTRIBUTE_BYTES = 64 * 1024;

    public HandshakeResponse {
        attributes = Map.copyOf(attributes);
    }

    /** Whether the payload is of a client from before 4.1, which no current server talks to. */
    public static boolean isBefore41(ByteBuf payload) {
        if (payload.readableBytes() < SHORTEST) {
            throw new ProtocolViolationException("packet ends inside the login");
        }
        return (payload.getUnsignedShortLE(payload.readerIndex()) & Capabilities.PROTOCOL_41) == 0;
    }

    /** The capability flags in the payload. */
    public static Capabilities capabilities(ByteBuf payload) {
        if (payload.readableBytes() < SSL_REQUEST_LENGTH) {
            throw new ProtocolViolationException("packet ends inside the login");
        }
        int at = payload.readerIndex();
        long bits = payload.getUnsignedIntLE(at);
        if ((bits & Capabilities.LONG_PASSWORD) == 0) {
            bits |= payload.getUnsignedIntLE(at + 28) << 32;
        }
        return new Capabilities(bits);
    }

    /** Reads the payload. */
    public static HandshakeResponse decode(ByteBuf payload) {
        Capabilities capabilities = capabilities(payload);
        ByteBuf in = payload.duplicate();
        in.skipBytes(4);
        long maxPacketSize = in.readUnsignedIntLE();
        int characterSet = in.readUnsignedByte();
        in.skipBytes(23);
        String user = Wire.utf8(Wire.readNulBytes(in, "the user name"));
        byte[] response = readAuthResponse(in, capabilities);
        Optional<String> database = Optional.empty();
        if (capabilities.has(Capabilities.CONNECT_WITH_DB) && in.isReadable()) {
            database = Optional.of(Wire.utf8(readNulOrRest(in))).filter(name -> !name.isEmpty());
        }
        String plugin = "";
        if (capabilities.has(Capabilities.PLUGIN_AUTH) && in.isReadable()) {
            plugin = new String(readNulOrRest(in), StandardCharsets.ISO_8859_1);
        }
        Map<String, String> attributes = Map.of();
        if (capabilities.has(Capabilities.CONNECT_ATTRS) && in.isReadable()) {
            attributes = readAttributes(in);
        }
        return new HandshakeResponse(
                capabilities, maxPacketSize, characterSet, user, response, database, plugin, attributes);
    }

    static byte[] readAuthResponse(ByteBuf in, Capabilities capabilities) {
        if (capabilities.has(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            return Wire.readLenEncBytes(in, "the authentication response");
        }
        if (capabilities.has(Capabilities.SECURE_CONNECTION)) {
            Wire.require(in, 1, "the authentication response");
            int length = in.readUnsignedByte();
            Wire.require(in, length, "the authentication response");
            return Wire.readBytes(in, length);
        }
        return Wire.readNulBytes(in, "the authentication response");
    }

    static byte[] readNulOrRest(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            return Wire.readBytes(in, in.readableBytes());
        }
        byte[] value = Wire.readBytes(in, length);
        in.skipBytes(1);
        return value;
    }

    static Map<String, String> readAttributes(ByteBuf in) {
        long length = Wire.readLenEnc(in, "the connection attributes");
        if (length < 0 || length > MAX_ATTRIBUTE_BYTES) {
            throw new ProtocolViolationException(Long.toUnsignedString(length) + " bytes of connection attributes, "
                    + MAX_ATTRIBUTE_BYTES + " are allowed");
        }
        Wire.require(in, length, "the connection attributes");
        ByteBuf block = in.readSlice((int) length);
        Map<String, String> attributes = new LinkedHashMap<>();
        while (block.isReadable()) {
            String name = Wire.utf8(Wire.readLenEncBytes(block, "a connection attribute"));
            attributes.put(name, Wire.utf8(Wire.readLenEncBytes(block, "a connection attribute")));
            if (attributes.size() > MAX_ATTRIBUTES) {
                throw new ProtocolViolationException("more than " + MAX_ATTRIBUTES + " connection attributes");
            }
        }
        return attributes;
    }

    /** Appends the payload. */
    public void encode(ByteBuf out) {
        out.writeIntLE(capabilities.low()).writeIntLE((int) maxPacketSize).writeByte(characterSet);
        out.writeZero(19).writeIntLE(capabilities.has(Capabilities.LONG_PASSWORD) ? 0 : capabilities.high());
        out.writeBytes(Wire.utf8(user)).writeByte(0);
        if (capabilities.has(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            Wire.writeLenEncBytes(out, authResponse);
        } else if (capabilities.has(Capabilities.SECURE_CONNECTION)) {
            out.writeByte(authResponse.length).writeBytes(authResponse);
        } else {
            out.writeBytes(authResponse).writeByte(0);
        }
        if (capabilities.has(Capabilities.CONNECT_WITH_DB)) {
            out.writeBytes(Wire.utf8(database.orElse(""))).writeByte(0);
        }
        if (capabilities.has(Capabilities.PLUGIN_AUTH)) {
            out.writeBytes(Wire.utf8(authPlugin)).writeByte(0);
        }
        if (capabilities.has(Capabilities.CONNECT_ATTRS)) {
            ByteBuf block = out.alloc().buffer();
            try {
                attributes.forEach((name, value) -> {
                    Wire.writeLenEncBytes(block, Wire.utf8(name));
                    Wire.writeLenEncBytes(block, Wire.utf8(value));
                });
                Wire.writeLenEnc(out, block.readableBytes());
                out.writeBytes(block);
            } finally {
                block.release();
            }
        }
    }

    /**
     * Clears flags in the payload of a login, in place. Only flags that do not change the login's own layout may be
     * cleared so ({@link Capabilities#FRAMING}).
     */
    public static void clear(ByteBuf payload, Capabilities flags) {
        int at = payload.readerIndex();
        int low = payload.getIntLE(at);
        payload.setIntLE(at, low & ~flags.low());
        if ((low & Capabilities.LONG_PASSWORD) == 0) {
            payload.setIntLE(at + 28, payload.getIntLE(at + 28) & ~flags.high());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HandshakeResponse that
                && capabilities.equals(that.capabilities)
                && maxPacketSize == that.maxPacketSize
                && characterSet == that.characterSet
                && user.equals(that.user)
                && Arrays.equals(authResponse, that.authResponse)
                && database.equals(that.database)
                && authPlugin.equals(that.authPlugin)
                && attributes.equals(that.attributes);
    }

    @Override
    public int hashCode() {
        return user.hashCode() * 31 + Arrays.hashCode(authResponse);
    }

    @Override
    public String toString() {
        // never the response: it is as good as a password to somebody who saw the nonce
        return "HandshakeResponse[" + user + ", " + database.orElse("") + ", " + authPlugin + ", " + capabilities + "]";
    }
}
