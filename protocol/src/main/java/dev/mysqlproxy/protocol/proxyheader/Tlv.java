package dev.mysqlproxy.protocol.proxyheader;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;

/** One more thing that a version 2 header says. Immutable. */
public final class Tlv {

    public static final int PP2_TYPE_ALPN = 0x01;
    public static final int PP2_TYPE_AUTHORITY = 0x02;
    public static final int PP2_TYPE_CRC32C = 0x03;
    public static final int PP2_TYPE_NOOP = 0x04;
    public static final int PP2_TYPE_UNIQUE_ID = 0x05;
    public static final int PP2_TYPE_SSL = 0x20;
    public static final int PP2_SUBTYPE_SSL_VERSION = 0x21;
    public static final int PP2_SUBTYPE_SSL_CN = 0x22;
    public static final int PP2_SUBTYPE_SSL_CIPHER = 0x23;
    public static final int PP2_TYPE_NETNS = 0x30;

    /** Type and length. */
    static final int HEADER_LENGTH = 3;

    /** Longest value of PP2_TYPE_UNIQUE_ID, in bytes. */
    public static final int LONGEST_UNIQUE_ID = 128;

    private final int type;
    private final byte[] value;

    /**
     * A type with its value.
     *
     * @param type 0 to 255
     * @param value up to 65535 bytes; copied
     */
    public Tlv(int type, byte[] value) {
        if (type < 0 || type > 0xff || value.length > 0xffff) {
            throw new IllegalArgumentException("type " + type + ", " + value.length + " bytes");
        }
        this.type = type;
        this.value = value.clone();
    }

    public int type() {
        return type;
    }

    /** A copy. */
    public byte[] value() {
        return value.clone();
    }

    /** Bytes on the wire. */
    int length() {
        return HEADER_LENGTH + value.length;
    }

    void encode(ByteBuf out) {
        out.writeByte(type).writeShort(value.length).writeBytes(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tlv that && that.type == type && Arrays.equals(that.value, value);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "0x" + Integer.toHexString(type) + "=" + ByteBufUtil.hexDump(value);
    }
}
