package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.wire.ColumnType;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * COM_STMT_EXECUTE. Numbers become numbers, all that MySQL sends as text or bytes strings, dates and times text with
 * nine digits of fraction: {@code 2026-11-22 19:27:30.000001000}; times have days before the hours: {@code -1
 * 02:03:04.000000000}. NULL has no value.
 *
 * <p>New: {@code unsigned} of unsigned numbers, and {@code name} where the packet has query attributes.
 */
final class ExecutePacket {

    private static final int MAX_PARAMETERS = 65_535;
    private static final int UNSIGNED = 0x8000;
    private static final int PARAMETER_COUNT_AVAILABLE = 0x08;
    private static final String WHAT = "a COM_STMT_EXECUTE";

    private ExecutePacket() {}

    static LuaValue read(ByteBuf in, Varargs args) {
        long count = (long) Args.number(args, 2);
        ServerPackets.header(in, CommandCode.COM_STMT_EXECUTE, WHAT);
        Wire.require(in, 4 + 1 + 4, WHAT);
        Fields fields = new Fields().put("stmt_id", in.readUnsignedIntLE());
        int flags = in.readUnsignedByte();
        fields.put("flags", flags).put("iteration_count", in.readUnsignedIntLE());
        boolean named = (flags & PARAMETER_COUNT_AVAILABLE) != 0 && in.isReadable();
        if (named) {
            count = Wire.readLenEnc(in, WHAT);
        }
        if (count < 0 || count > MAX_PARAMETERS) {
            throw new ProtocolViolationException(count + " parameters");
        }
        boolean bound = false;
        if (count > 0) {
            int bitmap = ((int) count + 7) / 8;
            Wire.require(in, bitmap + 1L, WHAT);
            byte[] nulls = Wire.readBytes(in, bitmap);
            bound = in.readByte() != 0;
            if (bound) {
                fields.put("params", parameters(in, (int) count, nulls, named));
            }
        }
        return fields.put("new_params_bound", LuaValue.valueOf(bound)).table();
    }

    private static LuaTable parameters(ByteBuf in, int count, byte[] nulls, boolean named) {
        int[] types = new int[count];
        byte[][] names = new byte[count][];
        for (int i = 0; i < count; i++) {
            Wire.require(in, 2, WHAT);
            types[i] = in.readUnsignedShortLE();
            names[i] = named ? Wire.readLenEncBytes(in, WHAT) : new byte[0];
        }
        LuaTable parameters = new PucTable();
        for (int i = 0; i < count; i++) {
            boolean unsigned = (types[i] & UNSIGNED) != 0;
            int type = types[i] & 0xff;
            Fields parameter = new Fields().put("type", type).put("name", names[i]);
            if (unsigned) {
                parameter.put("unsigned", LuaValue.TRUE);
            }
            if ((nulls[i / 8] >> i % 8 & 1) == 0) {
                parameter.put("value", value(in, type, unsigned));
            }
            parameters.rawset(i + 1, parameter.table());
        }
        return parameters;
    }

    private static LuaValue value(ByteBuf in, int type, boolean unsigned) {
        return switch (type) {
            case ColumnType.NULL -> LuaValue.NIL;
            case ColumnType.TINY -> {
                Wire.require(in, 1, WHAT);
                yield LuaValue.valueOf(unsigned ? in.readUnsignedByte() : in.readByte());
            }
            case ColumnType.SHORT, ColumnType.YEAR -> {
                Wire.require(in, 2, WHAT);
                yield LuaValue.valueOf(unsigned ? in.readUnsignedShortLE() : in.readShortLE());
            }
            case ColumnType.LONG, ColumnType.INT24 -> {
                Wire.require(in, 4, WHAT);
                yield LuaValue.valueOf((double) (unsigned ? in.readUnsignedIntLE() : in.readIntLE()));
            }
            case ColumnType.LONGLONG -> {
                Wire.require(in, 8, WHAT);
                long value = in.readLongLE();
                yield unsigned ? Fields.unsigned(value) : LuaValue.valueOf((double) value);
            }
            case ColumnType.FLOAT -> {
                Wire.require(in, 4, WHAT);
                yield LuaValue.valueOf((double) in.readFloatLE());
            }
            case ColumnType.DOUBLE -> {
                Wire.require(in, 8, WHAT);
                yield LuaValue.valueOf(in.readDoubleLE());
            }
            case ColumnType.DATE, ColumnType.NEWDATE -> text(dateTime(in, true));
            case ColumnType.TIMESTAMP, ColumnType.DATETIME -> text(dateTime(in, false));
            case ColumnType.TIME -> text(time(in));
            default -> {
                // from JSON to GEOMETRY all are text or bytes
                if (type != ColumnType.VARCHAR && type != ColumnType.BIT && type < ColumnType.JSON) {
                    throw new LuaError("can't decode type " + type + " yet");
                }
                yield Strings.lua(Wire.readLenEncBytes(in, WHAT));
            }
        };
    }

    private static LuaValue text(String ascii) {
        return Strings.lua(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static String dateTime(ByteBuf in, boolean dateOnly) {
        int length = length(in);
        if (length != 0 && length != 4 && length != 7 && length != 11) {
            throw new ProtocolViolationException("a date of " + length + " bytes");
        }
        String date = String.format(
                Locale.ROOT,
                "%04d-%02d-%02d",
                length >= 4 ? in.readUnsignedShortLE() : 0,
                length >= 4 ? in.readUnsignedByte() : 0,
                length >= 4 ? in.readUnsignedByte() : 0);
        String time = clock(in, length >= 7, length == 11);
        return dateOnly ? date : date + " " + time;
    }

    private static String time(ByteBuf in) {
        int length = length(in);
        if (length != 0 && length != 8 && length != 12) {
            throw new ProtocolViolationException("a time of " + length + " bytes");
        }
        boolean negative = length > 0 && in.readByte() != 0;
        long days = length > 0 ? in.readUnsignedIntLE() : 0;
        return (negative ? "-" : "") + days + " " + clock(in, length > 0, length == 12);
    }

    private static int length(ByteBuf in) {
        Wire.require(in, 1, WHAT);
        int length = in.readUnsignedByte();
        Wire.require(in, length, WHAT);
        return length;
    }

    private static String clock(ByteBuf in, boolean sent, boolean fraction) {
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d.%09d",
                sent ? in.readUnsignedByte() : 0,
                sent ? in.readUnsignedByte() : 0,
                sent ? in.readUnsignedByte() : 0,
                fraction ? in.readUnsignedIntLE() * 1000 : 0);
    }
}
