package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * EOF_Packet, gone from hops with CLIENT_DEPRECATE_EOF.
 *
 * @param warnings 0 to 65535
 * @param status SERVER_STATUS_* flags
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_eof_packet.html">EOF_Packet</a>
 */
public record EofPacket(int warnings, int status) {

    /** First byte, also of the OK packet that takes its place at the end of rows. */
    public static final int HEADER = 0xfe;

    /** An EOF packet is shorter than this; anything longer that begins so is a row with a very long first value. */
    public static final int LENGTH_LIMIT = 9;

    /** Reads the payload. */
    public static EofPacket decode(ByteBuf payload) {
        Wire.require(payload, 5, "an EOF packet");
        payload.skipBytes(1);
        return new EofPacket(payload.readUnsignedShortLE(), payload.readUnsignedShortLE());
    }

    /** Appends the payload. */
    public void encode(ByteBuf out) {
        out.writeByte(HEADER).writeShortLE(warnings).writeShortLE(status);
    }
}
