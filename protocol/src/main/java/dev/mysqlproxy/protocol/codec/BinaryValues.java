package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.wire.ColumnType;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Values of the binary protocol, skipped or turned into the text that the text protocol would show.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html">Binary Protocol</a>
 */
public final class BinaryValues {

    private static final int UNSIGNED_FLAG = 0x20;
    private static final int ZEROFILL_FLAG = 0x40;
    private static final int MAX_ZEROFILL = 255;
    private static final int MAX_FRACTION = 6;

    private static final String WHAT = "a value of the binary protocol";

    private BinaryValues() {}

    /**
     * Reads a value that is not NULL.
     *
     * @param type MYSQL_TYPE_* number
     * @param unsigned whether an integer is unsigned
     * @return its text as bytes; strings and blobs as they are
     */
    public static byte[] read(ByteBuf in, int type, boolean unsigned) {
        return read(in, type, unsigned, DecimalText.NOT_FIXED);
    }

    /** Reads a column's value that is not NULL, with the decimals and leading zeros that the column asks for. */
    public static byte[] read(ByteBuf in, ColumnDefinition column) {
        byte[] text = read(in, column.type(), (column.flags() & UNSIGNED_FLAG) != 0, column.decimals());
        int missing = (int) Math.min(column.length(), MAX_ZEROFILL) - text.length;
        if ((column.flags() & ZEROFILL_FLAG) == 0 || missing <= 0 || !isPlainNumber(column.type())) {
            return text;
        }
        byte[] filled = new byte[missing + text.length];
        Arrays.fill(filled, 0, missing, (byte) '0');
        System.arraycopy(text, 0, filled, missing, text.length);
        return filled;
    }

    private static boolean isPlainNumber(int type) {
        return switch (type) {
            case ColumnType.TINY,
                    ColumnType.SHORT,
                    ColumnType.LONG,
                    ColumnType.FLOAT,
                    ColumnType.DOUBLE,
                    ColumnType.LONGLONG,
                    ColumnType.INT24,
                    ColumnType.YEAR -> true;
            default -> false;
        };
    }

    private static byte[] read(ByteBuf in, int type, boolean unsigned, int decimals) {
        return switch (type) {
            case ColumnType.NULL -> new byte[0];
            case ColumnType.TINY, ColumnType.BOOL -> {
                Wire.require(in, 1, WHAT);
                yield text(unsigned ? in.readUnsignedByte() : in.readByte());
            }
            case ColumnType.SHORT, ColumnType.YEAR -> {
                Wire.require(in, 2, WHAT);
                yield text(unsigned ? in.readUnsignedShortLE() : in.readShortLE());
            }
            case ColumnType.LONG, ColumnType.INT24 -> {
                Wire.require(in, 4, WHAT);
                yield text(unsigned ? in.readUnsignedIntLE() : in.readIntLE());
            }
            case ColumnType.LONGLONG -> {
                Wire.require(in, 8, WHAT);
                long value = in.readLongLE();
                yield unsigned ? ascii(Long.toUnsignedString(value)) : text(value);
            }
            case ColumnType.FLOAT -> {
                Wire.require(in, 4, WHAT);
                yield ascii(DecimalText.of(in.readFloatLE(), decimals));
            }
            case ColumnType.DOUBLE -> {
                Wire.require(in, 8, WHAT);
                yield ascii(DecimalText.of(in.readDoubleLE(), decimals));
            }
            case ColumnType.DATE, ColumnType.NEWDATE, ColumnType.DATETIME, ColumnType.TIMESTAMP ->
                dateTime(in, type == ColumnType.DATE || type == ColumnType.NEWDATE, decimals);
            case ColumnType.TIME -> time(in, decimals);
            default -> Wire.readLenEncBytes(in, WHAT);
        };
    }

    /** Whether values of this type are strings of bytes with their length before them. */
    static boolean isString(int type) {
        return switch (type) {
            case ColumnType.TINY,
                    ColumnType.SHORT,
                    ColumnType.LONG,
                    ColumnType.FLOAT,
                    ColumnType.DOUBLE,
                    ColumnType.NULL,
                    ColumnType.TIMESTAMP,
                    ColumnType.LONGLONG,
                    ColumnType.INT24,
                    ColumnType.DATE,
                    ColumnType.TIME,
                    ColumnType.DATETIME,
                    ColumnType.YEAR,
                    ColumnType.NEWDATE,
                    ColumnType.BOOL -> false;
            default -> true;
        };
    }

    /** Moves the reader index behind a value that is not NULL. */
    static void skip(ByteBuf in, int type) {
        long length = switch (type) {
            case ColumnType.NULL -> 0;
            case ColumnType.TINY, ColumnType.BOOL -> 1;
            case ColumnType.SHORT, ColumnType.YEAR -> 2;
            case ColumnType.LONG, ColumnType.INT24, ColumnType.FLOAT -> 4;
            case ColumnType.LONGLONG, ColumnType.DOUBLE -> 8;
            case ColumnType.DATE, ColumnType.NEWDATE, ColumnType.DATETIME, ColumnType.TIMESTAMP, ColumnType.TIME -> {
                Wire.require(in, 1, WHAT);
                yield in.readUnsignedByte();
            }
            default -> Wire.readLenEnc(in, WHAT);
        };
        Wire.require(in, length, WHAT);
        in.skipBytes((int) length);
    }

    private static byte[] text(long value) {
        return ascii(Long.toString(value));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] dateTime(ByteBuf in, boolean dateOnly, int decimals) {
        Wire.require(in, 1, WHAT);
        int length = in.readUnsignedByte();
        Wire.require(in, length, WHAT);
        if (length != 0 && length != 4 && length != 7 && length != 11) {
            throw new ProtocolViolationException("a date of " + length + " bytes");
        }
        int year = length >= 4 ? in.readUnsignedShortLE() : 0;
        int month = length >= 4 ? in.readUnsignedByte() : 0;
        int day = length >= 4 ? in.readUnsignedByte() : 0;
        int hour = length >= 7 ? in.readUnsignedByte() : 0;
        int minute = length >= 7 ? in.readUnsignedByte() : 0;
        int second = length >= 7 ? in.readUnsignedByte() : 0;
        String date = String.format(Locale.ROOT, "%04d-%02d-%02d", year, month, day);
        if (dateOnly && length <= 4) {
            return ascii(date);
        }
        String text = String.format(Locale.ROOT, "%s %02d:%02d:%02d", date, hour, minute, second);
        return ascii(text + fraction(length == 11 ? in.readUnsignedIntLE() : 0, length == 11, decimals));
    }

    private static byte[] time(ByteBuf in, int decimals) {
        Wire.require(in, 1, WHAT);
        int length = in.readUnsignedByte();
        Wire.require(in, length, WHAT);
        if (length != 0 && length != 8 && length != 12) {
            throw new ProtocolViolationException("a time of " + length + " bytes");
        }
        boolean negative = length > 0 && in.readByte() != 0;
        long days = length > 0 ? in.readUnsignedIntLE() : 0;
        long hours = days * 24 + (length > 0 ? in.readUnsignedByte() : 0);
        int minutes = length > 0 ? in.readUnsignedByte() : 0;
        int seconds = length > 0 ? in.readUnsignedByte() : 0;
        String text = String.format(Locale.ROOT, "%s%02d:%02d:%02d", negative ? "-" : "", hours, minutes, seconds);
        return ascii(text + fraction(length == 12 ? in.readUnsignedIntLE() : 0, length == 12, decimals));
    }

    /** On the wire there are six digits or, when all are zero, none; shown are as many as the column has. */
    private static String fraction(long micros, boolean sent, int decimals) {
        if (decimals == 0 || decimals > MAX_FRACTION && !sent) {
            return "";
        }
        String text = String.format(Locale.ROOT, ".%06d", micros);
        return decimals < MAX_FRACTION ? text.substring(0, 1 + decimals) : text;
    }
}
