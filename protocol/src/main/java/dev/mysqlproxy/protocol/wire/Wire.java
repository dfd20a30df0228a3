package dev.mysqlproxy.protocol.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The protocol's basic data types on Netty's buffers. Readers check lengths and throw
 * {@link ProtocolViolationException} where a packet ends too early.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_data_types.html">Basic Data Types</a>
 */
public final class Wire {

    /** Bytes before each payload: three of length, one of sequence id. */
    public static final int HEADER_LENGTH = 4;

    /** A payload of this length continues in the next packet. */
    public static final int MAX_PAYLOAD = 0xff_ffff;

    private Wire() {}

    /** Throws unless that many bytes are left. */
    public static void require(ByteBuf in, long bytes, String what) {
        if (bytes < 0 || in.readableBytes() < bytes) {
            throw new ProtocolViolationException("packet ends inside " + what);
        }
    }

    /** An int&lt;lenenc&gt;, unsigned 64 bit. NULL (0xfb) and 0xff are violations here. */
    public static long readLenEnc(ByteBuf in, String what) {
        require(in, 1, what);
        int first = in.readUnsignedByte();
        if (first < 0xfb) {
            return first;
        }
        return switch (first) {
            case 0xfc -> {
                require(in, 2, what);
                yield in.readUnsignedShortLE();
            }
            case 0xfd -> {
                require(in, 3, what);
                yield in.readUnsignedMediumLE();
            }
            case 0xfe -> {
                require(in, 8, what);
                yield in.readLongLE();
            }
            default ->
                throw new ProtocolViolationException(
                        "length 0x" + Integer.toHexString(first) + " is not allowed for " + what);
        };
    }

    /** Writes an int&lt;lenenc&gt;. */
    public static void writeLenEnc(ByteBuf out, long value) {
        if (value >= 0 && value < 0xfb) {
            out.writeByte((int) value);
        } else if (value >= 0 && value <= 0xffff) {
            out.writeByte(0xfc).writeShortLE((int) value);
        } else if (value >= 0 && value <= 0xff_ffff) {
            out.writeByte(0xfd).writeMediumLE((int) value);
        } else {
            out.writeByte(0xfe).writeLongLE(value);
        }
    }

    /** A string&lt;lenenc&gt; as bytes. */
    public static byte[] readLenEncBytes(ByteBuf in, String what) {
        long length = readLenEnc(in, what);
        require(in, length, what);
        return readBytes(in, (int) length);
    }

    /** Writes a string&lt;lenenc&gt;. */
    public static void writeLenEncBytes(ByteBuf out, byte[] value) {
        writeLenEnc(out, value.length);
        out.writeBytes(value);
    }

    /** A string&lt;NUL&gt; as bytes, without the NUL. */
    public static byte[] readNulBytes(ByteBuf in, String what) {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            throw new ProtocolViolationException("no end of " + what);
        }
        byte[] value = readBytes(in, length);
        in.skipBytes(1);
        return value;
    }

    /** That many bytes, which must be there. */
    public static byte[] readBytes(ByteBuf in, int length) {
        byte[] value = new byte[length];
        in.readBytes(value);
        return value;
    }

    /** UTF-8 text; malformed bytes become U+FFFD. */
    public static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** UTF-8 bytes. */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a packet header. */
    public static void writeHeader(ByteBuf out, int length, int sequenceId) {
        out.writeMediumLE(length).writeByte(sequenceId);
    }
}
