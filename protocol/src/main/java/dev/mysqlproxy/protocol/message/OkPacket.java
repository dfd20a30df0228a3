package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * OK_Packet in its 4.1 form, without the session state that may follow.
 *
 * @param affectedRows unsigned 64 bit
 * @param lastInsertId unsigned 64 bit
 * @param status SERVER_STATUS_* flags
 * @param warnings 0 to 65535
 * @param info human readable, may be empty
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html">OK_Packet</a>
 */
public record OkPacket(long affectedRows, long lastInsertId, int status, int warnings, String info) {

    /** First byte; an OK that ends a result set begins with {@link EofPacket#HEADER}. */
    public static final int HEADER = 0x00;

    /** Reads what precedes the info text; the rest of the payload is left unread. */
    public static OkPacket decode(ByteBuf payload) {
        Wire.require(payload, 1, "an OK packet");
        payload.skipBytes(1);
        long affectedRows = Wire.readLenEnc(payload, "an OK packet's affected rows");
        long lastInsertId = Wire.readLenEnc(payload, "an OK packet's insert id");
        Wire.require(payload, 4, "an OK packet's status");
        return new OkPacket(
                affectedRows, lastInsertId, payload.readUnsignedShortLE(), payload.readUnsignedShortLE(), "");
    }

    /**
     * Appends the payload. The info text has its length before it on every hop, as servers write it, although the manual
     * says so only of those with CLIENT_SESSION_TRACK.
     *
     * @param header {@link #HEADER}, or {@link EofPacket#HEADER} at the end of rows with CLIENT_DEPRECATE_EOF
     */
    public void encode(ByteBuf out, int header) {
        out.writeByte(header);
        Wire.writeLenEnc(out, affectedRows);
        Wire.writeLenEnc(out, lastInsertId);
        out.writeShortLE(status).writeShortLE(warnings);
        byte[] text = Wire.utf8(info);
        if (text.length > 0) {
            Wire.writeLenEncBytes(out, text);
        }
    }
}
