package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * A column of a result set: {@code {catalog, db, table, org_table, name, org_name, charset, length, type, flags,
 * decimals}}.
 */
final class ColumnPacket {

    private static final String[] TEXTS = {"catalog", "db", "table", "org_table", "name", "org_name"};
    private static final int FIXED_LENGTH = 12;
    private static final int READ_LENGTH = 10;
    private static final int VAR_STRING = 253;
    private static final int BINARY = 63;
    private static final byte[] DEFAULT_CATALOG = {'d', 'e', 'f'};

    private ColumnPacket() {}

    static LuaValue read(ByteBuf in, Varargs args) {
        Fields fields = new Fields();
        for (String name : TEXTS) {
            fields.put(name, Wire.readLenEncBytes(in, "a column definition"));
        }
        // the length of what follows
        Wire.readLenEnc(in, "a column definition");
        Wire.require(in, READ_LENGTH, "a column definition");
        return fields.put("charset", in.readUnsignedShortLE())
                .put("length", in.readUnsignedIntLE())
                .put("type", in.readUnsignedByte())
                .put("flags", in.readUnsignedShortLE())
                .put("decimals", in.readUnsignedByte())
                .table();
    }

    static void write(Fields fields, ByteBuf out) {
        for (String name : TEXTS) {
            boolean isCatalog = name.equals("catalog") && !fields.has(name);
            Wire.writeLenEncBytes(out, isCatalog ? DEFAULT_CATALOG : fields.bytes(name));
        }
        Wire.writeLenEnc(out, FIXED_LENGTH);
        out.writeShortLE((int) fields.number("charset", BINARY));
        out.writeIntLE((int) fields.number("length", 0));
        out.writeByte((int) fields.number("type", VAR_STRING));
        out.writeShortLE((int) fields.number("flags", 0));
        out.writeByte((int) fields.number("decimals", 0)).writeZero(2);
    }
}
