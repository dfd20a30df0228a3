package dev.mysqlproxy.plugin.auditing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lines on their way to the destination. The writer's. */
final class LineBuffer {

    private static final int KEPT = 1024 * 1024;
    private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** What stands for an ASCII character in JSON: itself, the letter behind a backslash, or {@code u}. */
    private static final byte[] ESCAPES = escapes();

    private byte[] bytes = new byte[64 * 1024];
    private int length;

    private static byte[] escapes() {
        byte[] escapes = new byte[128];
        Arrays.fill(escapes, 0, ' ', (byte) 'u');
        escapes['\n'] = 'n';
        escapes['\r'] = 'r';
        escapes['\t'] = 't';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        escapes[0x7f] = 'u';
        return escapes;
    }

    int length() {
        return length;
    }

    /** Goes back to a length that it had. */
    void truncate(int shorter) {
        length = shorter;
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[KEPT];
        }
    }

    /** A copy of what is behind that length. */
    byte[] copyFrom(int start) {
        return Arrays.copyOfRange(bytes, start, length);
    }

    /** What is in it; shares its bytes. */
    ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    void put(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
    }

    void put(byte[] raw) {
        put(raw, 0, raw.length);
    }

    void put(byte[] raw, int offset, int count) {
        room(count);
        System.arraycopy(raw, offset, bytes, length, count);
        length += count;
    }

    void putAscii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    void putNumber(long number) {
        if (number >= 0 && number < 10) {
            put((char) ('0' + number));
            return;
        }
        if (number < 0) {
            putAscii(Long.toUnsignedString(number));
            return;
        }
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        putDigits(number, digits);
    }

    /** A number with leading zeros. */
    void putDigits(long number, int digits) {
        room(digits);
        long rest = number;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** The inside of a JSON string: UTF-8, what is not well formed replaced. */
    void putEscaped(byte[] text, int offset, int count) {
        int at = offset;
        int end = offset + count;
        while (at < end) {
            at = putPlain(text, at, end);
            if (at < end) {
                at = putSpecial(text, at, end);
            }
        }
    }

    /** Puts what stands for itself; answers where that ends. */
    private int putPlain(byte[] text, int from, int end) {
        room(end - from);
        byte[] target = bytes;
        int at = from;
        int to = length;
        while (at < end && text[at] >= 0 && ESCAPES[text[at]] == 0) {
            target[to++] = text[at++];
        }
        length = to;
        return at;
    }

    private int putSpecial(byte[] text, int at, int end) {
        byte first = text[at];
        if (first >= 0) {
            byte escape = ESCAPES[first];
            put('\\');
            put((char) escape);
            if (escape == 'u') {
                put('0');
                put('0');
                put((char) HEX[first >> 4]);
                put((char) HEX[first & 0xf]);
            }
            return at + 1;
        }
        int width = Utf8.length(text, at, end);
        if (width == 0) {
            put(REPLACEMENT);
            return at + 1;
        }
        put(text, at, width);
        return at + width;
    }
}
