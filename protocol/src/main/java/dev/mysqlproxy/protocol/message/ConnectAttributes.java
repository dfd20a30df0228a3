package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Map;

/**
 * The block of connection attributes at the end of a login, as it came: with the length before it, whose form some clients
 * do not choose the shortest, and with names and values in whatever character set they are.
 */
final class ConnectAttributes {

    /** No attributes: a length of zero. */
    static final ConnectAttributes EMPTY = new ConnectAttributes(new byte[1], 1);

    /** What MySQL's and MariaDB's servers take; a longer block fails the login. */
    private static final int LONGEST = 0xffff;

    private final byte[] field;
    private final int begin;

    private ConnectAttributes(byte[] field, int begin) {
        this.field = field;
        this.begin = begin;
    }

    /** Reads length and block. */
    static ConnectAttributes read(ByteBuf in) {
        int at = in.readerIndex();
        HandshakeResponse.readAttributes(in);
        byte[] field = new byte[in.readerIndex() - at];
        in.getBytes(at, field);
        ByteBuf length = Unpooled.wrappedBuffer(field);
        Wire.readLenEnc(length, "the connection attributes");
        return new ConnectAttributes(field, length.readerIndex());
    }

    /** Appends one; without a change where the block would become longer than a server takes. */
    ConnectAttributes with(String name, String value) {
        byte[] nameBytes = Wire.utf8(name);
        byte[] valueBytes = Wire.utf8(value);
        if (decoded().size() >= HandshakeResponse.MAX_ATTRIBUTES
                || field.length + (long) nameBytes.length + valueBytes.length > LONGEST) {
            return this;
        }
        ByteBuf block = Unpooled.buffer();
        block.writeBytes(field, begin, field.length - begin);
        Wire.writeLenEncBytes(block, nameBytes);
        Wire.writeLenEncBytes(block, valueBytes);
        int length = block.readableBytes();
        if (length > LONGEST) {
            return this;
        }
        ByteBuf out = Unpooled.buffer();
        Wire.writeLenEnc(out, length);
        int start = out.readableBytes();
        out.writeBytes(block);
        return new ConnectAttributes(Wire.readBytes(out, out.readableBytes()), start);
    }

    /** Names and values without the length before them. */
    byte[] block() {
        return Arrays.copyOfRange(field, begin, field.length);
    }

    Map<String, String> decoded() {
        try {
            return HandshakeResponse.readAttributes(Unpooled.wrappedBuffer(field));
        } catch (ProtocolViolationException impossible) {
            throw new IllegalStateException("attributes were read before", impossible);
        }
    }

    void encode(ByteBuf out) {
        out.writeBytes(field);
    }
}
