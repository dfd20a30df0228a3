package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * ERR_Packet.
 *
 * @param code error number, 0 to 65535; {@link #PROGRESS} is not an error
 * @param sqlState five characters, empty from servers that send none (before the login)
 * @param message text for people
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html">ERR_Packet</a>
 */
public record ErrPacket(int code, String sqlState, String message) {

    /** First byte. */
    public static final int HEADER = 0xff;

    /** MariaDB's number for a progress report in the clothes of an error. */
    public static final int PROGRESS = 0xffff;

    /** Longest message that goes out; MySQL's own buffer has this size. */
    private static final int MAX_MESSAGE = 512;

    /** Reads the payload up to its end. */
    public static ErrPacket decode(ByteBuf payload) {
        if (payload.readableBytes() < 3) {
            throw new ProtocolViolationException("packet ends inside an ERR packet");
        }
        payload.skipBytes(1);
        int code = payload.readUnsignedShortLE();
        String state = "";
        if (payload.readableBytes() >= 6 && payload.getByte(payload.readerIndex()) == '#') {
            payload.skipBytes(1);
            state = payload.readCharSequence(5, StandardCharsets.ISO_8859_1).toString();
        }
        return new ErrPacket(
                code,
                state,
                payload.readCharSequence(payload.readableBytes(), StandardCharsets.UTF_8)
                        .toString());
    }

    /** Appends the payload; a message over 512 bytes is cut at a character's end. */
    public void encode(ByteBuf out) {
        out.writeByte(HEADER).writeShortLE(code);
        if (!sqlState.isEmpty()) {
            out.writeByte('#').writeCharSequence(sqlState, StandardCharsets.ISO_8859_1);
        }
        byte[] text = Wire.utf8(message);
        int length = Math.min(text.length, MAX_MESSAGE);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--;
        }
        out.writeBytes(text, 0, length);
    }
}
