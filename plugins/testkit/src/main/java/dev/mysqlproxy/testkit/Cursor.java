package dev.mysqlproxy.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a payload from its beginning to its end. */
final class Cursor {

    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The byte that comes next, 0 to 255; -1 at the end. */
    int peek() {
        return at < bytes.length ? bytes[at] & 0xff : -1;
    }

    long number(int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (bytes[at] & 0xffL) << (8 * i);
            at++;
        }
        return value;
    }

    /** A length-encoded number. */
    long length() {
        int first = (int) number(1);
        return switch (first) {
            case 0xfc -> number(2);
            case 0xfd -> number(3);
            case 0xfe -> number(8);
            default -> first;
        };
    }

    byte[] bytes(int count) {
        byte[] copy = Arrays.copyOfRange(bytes, at, at + count);
        at += count;
        return copy;
    }

    /** Bytes behind a length-encoded number; null for NULL. */
    byte[] counted() {
        if (peek() == 0xfb) {
            at++;
            return null;
        }
        return bytes((int) length());
    }

    String countedText() {
        return new String(counted(), StandardCharsets.UTF_8);
    }

    /** Text up to a zero byte. */
    String terminated() {
        int end = at;
        while (bytes[end] != 0) {
            end++;
        }
        String text = new String(bytes, at, end - at, StandardCharsets.UTF_8);
        at = end + 1;
        return text;
    }

    String rest() {
        return new String(bytes(bytes.length - at), StandardCharsets.UTF_8);
    }
}
