package dev.mysqlproxy.it.raw;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** Builds the bytes of a payload. */
public final class Bytes {
    private static final int SHOWN = 600;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public static Bytes of(int... values) {
        return new Bytes().bytes(values);
    }

    public Bytes bytes(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    /** A number of so many bytes, lowest first. */
    public Bytes number(int length, long value) {
        for (int at = 0; at < length; at++) {
            out.write((int) (value >>> 8 * at));
        }
        return this;
    }

    /** A number whose length depends on its value. */
    public Bytes lenEnc(long value) {
        if (value >= 0 && value < 251) {
            return number(1, value);
        } else if (value >= 0 && value < 1 << 16) {
            return bytes(0xfc).number(2, value);
        } else if (value >= 0 && value < 1 << 24) {
            return bytes(0xfd).number(3, value);
        }
        return bytes(0xfe).number(8, value);
    }

    public Bytes text(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    public Bytes textZero(String text) {
        return text(text).bytes(0);
    }

    public Bytes lenEncText(String text) {
        return lenEncRaw(text.getBytes(StandardCharsets.UTF_8));
    }

    public Bytes lenEncRaw(byte[] bytes) {
        return lenEnc(bytes.length).raw(bytes);
    }

    public Bytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public byte[] get() {
        return out.toByteArray();
    }

    /** So many equal bytes. */
    public static byte[] filled(int length, char with) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    /** For people and for comparing: printable ASCII as it is, else hex; long ones by length and checksum. */
    public static String show(byte[] payload) {
        StringBuilder shown = new StringBuilder().append(payload.length).append(' ');
        if (payload.length > SHOWN) {
            CRC32 sum = new CRC32();
            sum.update(payload);
            return shown.append("crc32=")
                    .append(Long.toHexString(sum.getValue()))
                    .append(" starts ")
                    .append(HexFormat.of().formatHex(payload, 0, 16))
                    .toString();
        }
        for (byte b : payload) {
            if (b >= ' ' && b < 0x7f && b != '\\') {
                shown.append((char) b);
            } else {
                shown.append('\\').append(HexFormat.of().toHexDigits(b));
            }
        }
        return shown.toString();
    }
}
