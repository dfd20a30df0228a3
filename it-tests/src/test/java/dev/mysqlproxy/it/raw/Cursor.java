package dev.mysqlproxy.it.raw;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a payload from its beginning to its end. */
final class Cursor {
    private final byte[] payload;
    private int at;

    Cursor(byte[] payload) {
        this.payload = payload;
    }

    int left() {
        return payload.length - at;
    }

    int peek() {
        return payload[at] & 0xff;
    }

    int number1() {
        return (int) number(1);
    }

    long number(int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (payload[at++] & 0xffL) << 8 * i;
        }
        return value;
    }

    long lenEnc() {
        int first = number1();
        return switch (first) {
            case 0xfc -> number(2);
            case 0xfd -> number(3);
            case 0xfe -> number(8);
            default -> first;
        };
    }

    byte[] raw(int length) {
        byte[] bytes = Arrays.copyOfRange(payload, at, at + length);
        at += length;
        return bytes;
    }

    /** Null for SQL's NULL. */
    String lenEncText() {
        if (peek() == 0xfb) {
            at++;
            return null;
        }
        return new String(raw(Math.toIntExact(lenEnc())), StandardCharsets.UTF_8);
    }

    String zeroText() {
        int end = at;
        while (end < payload.length && payload[end] != 0) {
            end++;
        }
        String text = new String(payload, at, end - at, StandardCharsets.UTF_8);
        at = Math.min(end + 1, payload.length);
        return text;
    }
}
