package dev.mysqlproxy.plugin.admin.prepared;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The values in a COM_STMT_EXECUTE, each as a statement would have to spell it. */
public final class Parameters {

    /** Statement id, flags, iteration count. */
    private static final int HEAD = 9;

    private static final int UNSIGNED = 0x8000;

    private static final int TINY = 1;
    private static final int SHORT = 2;
    private static final int LONG = 3;
    private static final int FLOAT = 4;
    private static final int DOUBLE = 5;
    private static final int NULL = 6;
    private static final int TIMESTAMP = 7;
    private static final int LONGLONG = 8;
    private static final int INT24 = 9;
    private static final int DATE = 10;
    private static final int TIME = 11;
    private static final int DATETIME = 12;
    private static final int YEAR = 13;
    private static final int DECIMAL = 0;
    private static final int NEWDECIMAL = 246;

    private Parameters() {}

    /** The statement's number. */
    public static int statement(byte[] command) {
        return command.length < 4 ? -1 : buffer(command).getInt(0);
    }

    /**
     * The types that come with an execution; null when they are those of the one before.
     *
     * @param command what follows the command byte
     * @param count how many parameters there are, at least one
     * @throws IllegalArgumentException when this is no such command
     */
    public static int[] types(byte[] command, int count) {
        try {
            ByteBuffer in = buffer(command).position(HEAD + (count + 7) / 8);
            if (in.get() == 0) {
                return null;
            }
            int[] types = new int[count];
            for (int at = 0; at < count; at++) {
                types[at] = in.getShort() & 0xffff;
            }
            return types;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("half an execution", e);
        }
    }

    /**
     * The values.
     *
     * @param command what follows the command byte
     * @param types of the parameters
     * @throws IllegalArgumentException when this is no such command, or has a type that nobody knows
     */
    public static List<String> values(byte[] command, int[] types) {
        try {
            ByteBuffer in = buffer(command).position(HEAD);
            byte[] nulls = new byte[(types.length + 7) / 8];
            in.get(nulls);
            if (in.get() != 0) {
                in.position(in.position() + 2 * types.length);
            }
            List<String> values = new ArrayList<>(types.length);
            for (int at = 0; at < types.length; at++) {
                boolean isNull = (nulls[at / 8] >> at % 8 & 1) != 0;
                values.add(isNull ? "NULL" : value(in, types[at]));
            }
            return values;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("half an execution", e);
        }
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String value(ByteBuffer in, int type) {
        boolean unsigned = (type & UNSIGNED) != 0;
        return switch (type & 0xff) {
            case NULL -> "NULL";
            case TINY -> Integer.toString(unsigned ? in.get() & 0xff : in.get());
            case SHORT, YEAR -> Integer.toString(unsigned ? in.getShort() & 0xffff : in.getShort());
            case LONG, INT24 -> unsigned ? Integer.toUnsignedString(in.getInt()) : Integer.toString(in.getInt());
            case LONGLONG -> unsigned ? Long.toUnsignedString(in.getLong()) : Long.toString(in.getLong());
            case FLOAT -> plain(in.getFloat());
            case DOUBLE -> plain(in.getDouble());
            case DATE, DATETIME, TIMESTAMP -> "'" + dateTime(in) + "'";
            case TIME -> "'" + time(in) + "'";
            case DECIMAL, NEWDECIMAL -> number(text(in));
            default -> quoted(text(in));
        };
    }

    private static String plain(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("a number that is none");
        }
        return new java.math.BigDecimal(Double.toString(value)).toPlainString();
    }

    private static String number(String text) {
        return text.matches("-?[0-9]+(\\.[0-9]+)?") ? text : quoted(text);
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private static String dateTime(ByteBuffer in) {
        int length = in.get() & 0xff;
        String date = length < 4
                ? "0000-00-00"
                : String.format(Locale.ROOT, "%04d-%02d-%02d", in.getShort() & 0xffff, in.get(), in.get());
        String clock = length < 7 ? "" : String.format(Locale.ROOT, " %02d:%02d:%02d", in.get(), in.get(), in.get());
        return date + clock + (length < 11 ? "" : String.format(Locale.ROOT, ".%06d", in.getInt()));
    }

    private static String time(ByteBuffer in) {
        int length = in.get() & 0xff;
        if (length < 8) {
            return "00:00:00";
        }
        String sign = in.get() == 0 ? "" : "-";
        int hours = in.getInt() * 24 + in.get();
        String clock = String.format(Locale.ROOT, "%s%02d:%02d:%02d", sign, hours, in.get(), in.get());
        return clock + (length < 12 ? "" : String.format(Locale.ROOT, ".%06d", in.getInt()));
    }

    private static String text(ByteBuffer in) {
        int first = in.get() & 0xff;
        int length = switch (first) {
            case 0xfc -> in.getShort() & 0xffff;
            case 0xfd -> in.getShort() & 0xffff | (in.get() & 0xff) << 16;
            case 0xfe -> Math.toIntExact(Math.min(Integer.MAX_VALUE, in.getLong() & Long.MAX_VALUE));
            default -> first;
        };
        if (length > in.remaining()) {
            throw new IllegalArgumentException("half a text");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
