package dev.mysqlproxy.protocol.reply;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.nio.charset.StandardCharsets;

/** Reads the fields at the beginning of a packet from the bytes a scanner kept. Short-lived: escapes nowhere. */
final class Fields {

    private final byte[] bytes;
    private final int end;
    private int at;

    Fields(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    int left() {
        return end - at;
    }

    /** An int&lt;n&gt;, n from 1 to 8. */
    long fixed(int length) {
        if (end - at < length) {
            throw new ProtocolViolationException("packet ends inside its head");
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (bytes[at++] & 0xffL) << 8 * i;
        }
        return value;
    }

    /** Moves on; false, and nothing left, when there are not that many bytes. */
    boolean skip(long length) {
        if (length < 0 || length > end - at) {
            at = end;
            return false;
        }
        at += (int) length;
        return true;
    }

    /** UTF-8 text of that length, cut at the end of what there is. */
    String text(long length) {
        int here = (int) Math.min(Math.max(length, 0), end - at);
        String text = new String(bytes, at, here, StandardCharsets.UTF_8);
        at += here;
        return text;
    }

    /** An int&lt;lenenc&gt;. */
    long lenEnc() {
        int first = (int) fixed(1);
        if (first < 0xfb) {
            return first;
        }
        return switch (first) {
            case 0xfc -> fixed(2);
            case 0xfd -> fixed(3);
            case 0xfe -> fixed(8);
            default ->
                throw new ProtocolViolationException("a number that begins with 0x" + Integer.toHexString(first));
        };
    }
}
