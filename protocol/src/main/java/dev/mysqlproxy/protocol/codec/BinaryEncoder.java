package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.wire.ColumnType;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Texts, as the text protocol shows values, turned into values of the binary protocol: {@link BinaryValues} backwards. */
public final class BinaryEncoder {

    private static final int LONGEST_SHOWN = 64;
    private static final int HOURS_A_DAY = 24;

    private BinaryEncoder() {}

    /**
     * Appends a value that is not NULL.
     *
     * @param type MYSQL_TYPE_* number
     * @param text as {@link BinaryValues#read} gives it; strings and blobs as they are
     * @throws IllegalArgumentException when the type has no such value; nothing is appended then
     */
    public static void write(ByteBuf out, int type, byte[] text) {
        try {
            switch (type) {
                case ColumnType.TINY, ColumnType.BOOL -> out.writeByte((int) integer(text, 8));
                case ColumnType.SHORT, ColumnType.YEAR -> out.writeShortLE((int) integer(text, 16));
                case ColumnType.LONG -> out.writeIntLE((int) integer(text, 32));
                // has four bytes on the wire
                case ColumnType.INT24 -> out.writeIntLE((int) integer(text, 24));
                case ColumnType.LONGLONG -> out.writeLongLE(longInteger(text));
                case ColumnType.FLOAT -> out.writeFloatLE(Float.parseFloat(ascii(text)));
                case ColumnType.DOUBLE -> out.writeDoubleLE(Double.parseDouble(ascii(text)));
                case ColumnType.DATE, ColumnType.NEWDATE, ColumnType.DATETIME, ColumnType.TIMESTAMP ->
                    dateTime(out, new Digits(text));
                case ColumnType.TIME -> time(out, new Digits(text));
                case ColumnType.NULL -> throw new IllegalArgumentException("not NULL");
                default -> Wire.writeLenEncBytes(out, text);
            }
        } catch (IllegalArgumentException e) {
            String shown = ascii(text);
            throw new IllegalArgumentException(
                    "'" + (shown.length() > LONGEST_SHOWN ? shown.substring(0, LONGEST_SHOWN) : shown)
                            + "' is no value of a column of type " + type,
                    e);
        }
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Signed or unsigned, as long as it fits into that many bits one way or the other. */
    private static long integer(byte[] text, int bits) {
        long value = Long.parseLong(ascii(text));
        if (value < -(1L << bits - 1) || value >= 1L << bits) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    private static long longInteger(byte[] text) {
        String digits = ascii(text);
        return digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits);
    }

    /** {@code YYYY-MM-DD}, {@code YYYY-MM-DD hh:mm:ss} or the latter with {@code .ffffff}. */
    private static void dateTime(ByteBuf out, Digits in) {
        int year = in.number(0xffff);
        in.expect('-');
        int month = in.number(12);
        in.expect('-');
        int day = in.number(31);
        int hour = 0;
        int minute = 0;
        int second = 0;
        int micros = 0;
        if (!in.atEnd()) {
            in.expect(' ');
            hour = in.number(23);
            in.expect(':');
            minute = in.number(59);
            in.expect(':');
            second = in.number(59);
            micros = in.fraction();
        }
        boolean noTime = (hour | minute | second | micros) == 0;
        if (noTime && (year | month | day) == 0) {
            out.writeByte(0);
            return;
        }
        int length = noTime ? 4 : micros == 0 ? 7 : 11;
        out.writeByte(length).writeShortLE(year).writeByte(month).writeByte(day);
        if (length > 4) {
            out.writeByte(hour).writeByte(minute).writeByte(second);
        }
        if (length > 7) {
            out.writeIntLE(micros);
        }
    }

    /** {@code hh:mm:ss}, with a sign, three digits of hours and {@code .ffffff} where needed. */
    private static void time(ByteBuf out, Digits in) {
        boolean negative = in.sign();
        int hours = in.number(Integer.MAX_VALUE);
        in.expect(':');
        int minute = in.number(59);
        in.expect(':');
        int second = in.number(59);
        int micros = in.fraction();
        if ((hours | minute | second | micros) == 0) {
            out.writeByte(0);
            return;
        }
        out.writeByte(micros == 0 ? 8 : 12).writeByte(negative ? 1 : 0).writeIntLE(hours / HOURS_A_DAY);
        out.writeByte(hours % HOURS_A_DAY).writeByte(minute).writeByte(second);
        if (micros != 0) {
            out.writeIntLE(micros);
        }
    }

    /** Reads the numbers of a date or time. */
    private static final class Digits {
        private static final int MICRO_DIGITS = 6;

        private final byte[] text;
        private int at;

        Digits(byte[] text) {
            this.text = text;
        }

        boolean atEnd() {
            return at == text.length;
        }

        void expect(char what) {
            if (atEnd() || text[at] != what) {
                throw new IllegalArgumentException("no '" + what + "' at " + at);
            }
            at++;
        }

        boolean sign() {
            boolean negative = !atEnd() && text[at] == '-';
            if (negative) {
                at++;
            }
            return negative;
        }

        int number(int most) {
            int begin = at;
            long value = 0;
            while (!atEnd() && text[at] >= '0' && text[at] <= '9' && value <= most) {
                value = value * 10 + text[at++] - '0';
            }
            if (at == begin || value > most) {
                throw new IllegalArgumentException("no number up to " + most + " at " + begin);
            }
            return (int) value;
        }

        /** Microseconds, behind which nothing may come. */
        int fraction() {
            if (atEnd()) {
                return 0;
            }
            expect('.');
            int begin = at;
            int value = number(999_999);
            int digits = at - begin;
            if (digits > MICRO_DIGITS || !atEnd()) {
                throw new IllegalArgumentException("more than microseconds");
            }
            for (int i = digits; i < MICRO_DIGITS; i++) {
                value *= 10;
            }
            return value;
        }
    }
}
