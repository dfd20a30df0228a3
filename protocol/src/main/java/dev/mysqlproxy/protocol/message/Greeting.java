package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The server's first packet, Protocol::HandshakeV10.
 *
 * @param serverVersion any text, for example {@code 9.7.1} or {@code 5.5.5-10.11.8-MariaDB}
 * @param threadId the connection's id, unsigned 32 bit
 * @param authData the nonce, without the NUL that ends it on the wire
 * @param capabilities what the server can do, MariaDB's extended flags included
 * @param characterSet low byte of the default collation's number
 * @param status SERVER_STATUS_* flags
 * @param authPlugin the method the nonce is for, empty from servers that name none
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html">HandshakeV10</a>
 */
public record Greeting(
        String serverVersion,
        long threadId,
        byte[] authData,
        Capabilities capabilities,
        int characterSet,
        int status,
        String authPlugin) {

    /** The protocol version every supported server speaks. */
    public static final int PROTOCOL_VERSION = 10;

    private static final int NONCE_PART_1 = 8;

    /** Reads the payload; throws a violation that names the version for other protocols. */
    public static Greeting decode(ByteBuf payload) {
        ByteBuf in = payload.duplicate();
        Wire.require(in, 1, "the protocol version");
        int protocol = in.readUnsignedByte();
        if (protocol != PROTOCOL_VERSION) {
            throw new ProtocolViolationException("the server speaks protocol " + protocol + ", this proxy speaks 10");
        }
        String version = new String(Wire.readNulBytes(in, "the server version"), StandardCharsets.ISO_8859_1);
        Wire.require(in, 4 + NONCE_PART_1 + 1 + 2, "the greeting");
        long threadId = in.readUnsignedIntLE();
        byte[] part1 = Wire.readBytes(in, NONCE_PART_1);
        in.skipBytes(1);
        long bits = in.readUnsignedShortLE();
        if (in.readableBytes() < 1 + 2 + 2 + 1 + 10) {
            return new Greeting(version, threadId, part1, new Capabilities(bits), 0, 0, "");
        }
        int characterSet = in.readUnsignedByte();
        int status = in.readUnsignedShortLE();
        bits |= (long) in.readUnsignedShortLE() << 16;
        int authDataLength = in.readUnsignedByte();
        in.skipBytes(6);
        long extended = in.readUnsignedIntLE();
        if ((bits & Capabilities.LONG_PASSWORD) == 0) {
            bits |= extended << 32;
        }
        byte[] part2 = Wire.readBytes(in, Math.min(in.readableBytes(), Math.max(13, authDataLength - NONCE_PART_1)));
        String plugin = "";
        if ((bits & Capabilities.PLUGIN_AUTH) != 0) {
            int end = in.bytesBefore((byte) 0);
            plugin = new String(Wire.readBytes(in, end < 0 ? in.readableBytes() : end), StandardCharsets.ISO_8859_1);
        }
        return new Greeting(
                version, threadId, join(part1, part2), new Capabilities(bits), characterSet, status, plugin);
    }

    private static byte[] join(byte[] part1, byte[] part2) {
        int length = part2.length > 0 && part2[part2.length - 1] == 0 ? part2.length - 1 : part2.length;
        byte[] all = Arrays.copyOf(part1, part1.length + length);
        System.arraycopy(part2, 0, all, part1.length, length);
        return all;
    }

    /** Appends the payload. */
    public void encode(ByteBuf out) {
        out.writeByte(PROTOCOL_VERSION);
        out.writeCharSequence(serverVersion, StandardCharsets.ISO_8859_1);
        out.writeByte(0).writeIntLE((int) threadId);
        out.writeBytes(authData, 0, NONCE_PART_1).writeByte(0);
        out.writeShortLE(capabilities.low()).writeByte(characterSet).writeShortLE(status);
        out.writeShortLE(capabilities.low() >>> 16).writeByte(authData.length + 1);
        out.writeZero(6).writeIntLE(capabilities.has(Capabilities.LONG_PASSWORD) ? 0 : capabilities.high());
        out.writeBytes(authData, NONCE_PART_1, authData.length - NONCE_PART_1).writeByte(0);
        out.writeCharSequence(authPlugin, StandardCharsets.ISO_8859_1);
        out.writeByte(0);
    }

    /**
     * Clears in the payload of a greeting, in place, every flag that is not in {@code allowed}; whatever else the
     * server wrote stays as it is.
     */
    public static void mask(ByteBuf payload, Capabilities allowed) {
        Wire.require(payload, 1, "the greeting");
        int at = payload.readerIndex() + 1;
        int end = payload.indexOf(at, payload.writerIndex(), (byte) 0);
        if (end < 0 || payload.writerIndex() < end + 1 + 4 + NONCE_PART_1 + 1 + 2) {
            throw new ProtocolViolationException("packet ends inside the greeting");
        }
        int low = end + 1 + 4 + NONCE_PART_1 + 1;
        payload.setShortLE(low, payload.getShortLE(low) & allowed.low());
        if (payload.writerIndex() < low + 18) {
            return;
        }
        int high = low + 2 + 1 + 2;
        payload.setShortLE(high, payload.getShortLE(high) & (allowed.low() >>> 16));
        if ((payload.getShortLE(low) & Capabilities.LONG_PASSWORD) == 0) {
            int extended = high + 2 + 1 + 6;
            payload.setIntLE(extended, payload.getIntLE(extended) & allowed.high());
        }
    }

    /**
     * As {@link #mask(ByteBuf, Capabilities)}, and sets these flags besides: of the lower 32, where the greeting has room
     * for them.
     */
    public static void mask(ByteBuf payload, Capabilities allowed, Capabilities added) {
        mask(payload, allowed);
        int low =
                payload.indexOf(payload.readerIndex() + 1, payload.writerIndex(), (byte) 0) + 1 + 4 + NONCE_PART_1 + 1;
        payload.setShortLE(low, payload.getShortLE(low) | added.low());
        if (payload.writerIndex() >= low + 18) {
            int high = low + 2 + 1 + 2;
            payload.setShortLE(high, payload.getShortLE(high) | added.low() >>> 16);
        }
    }

    /** The same with another challenge. */
    public Greeting challenging(String method, byte[] nonce) {
        return new Greeting(serverVersion, threadId, nonce, capabilities, characterSet, status, method);
    }

    /** The payload. */
    public byte[] encoded() {
        ByteBuf buffer = Unpooled.buffer();
        encode(buffer);
        return ByteBufUtil.getBytes(buffer);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Greeting that
                && serverVersion.equals(that.serverVersion)
                && threadId == that.threadId
                && Arrays.equals(authData, that.authData)
                && capabilities.equals(that.capabilities)
                && characterSet == that.characterSet
                && status == that.status
                && authPlugin.equals(that.authPlugin);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(threadId) * 31 + Arrays.hashCode(authData);
    }

    @Override
    public String toString() {
        return "Greeting[" + serverVersion + ", thread " + threadId + ", " + authPlugin + ", " + capabilities + "]";
    }
}
