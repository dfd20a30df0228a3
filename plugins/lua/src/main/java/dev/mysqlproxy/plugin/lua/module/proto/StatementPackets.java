package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Prepared statements, all but what executes them. */
final class StatementPackets {

    private StatementPackets() {}

    static LuaValue readPrepare(ByteBuf in, Varargs args) {
        ServerPackets.header(in, CommandCode.COM_STMT_PREPARE, "a COM_STMT_PREPARE");
        return new Fields().put("stmt_text", ServerPackets.rest(in)).table();
    }

    static void writePrepare(Fields fields, ByteBuf out) {
        out.writeByte(CommandCode.COM_STMT_PREPARE).writeBytes(fields.bytes("stmt_text"));
    }

    static LuaValue readPrepareOk(ByteBuf in, Varargs args) {
        ServerPackets.header(in, OkPacket.HEADER, "an answer to COM_STMT_PREPARE");
        Wire.require(in, 4 + 2 + 2 + 1 + 2, "an answer to COM_STMT_PREPARE");
        Fields fields = new Fields()
                .put("stmt_id", in.readUnsignedIntLE())
                .put("num_columns", in.readUnsignedShortLE())
                .put("num_params", in.readUnsignedShortLE());
        in.skipBytes(1);
        return fields.put("warnings", in.readUnsignedShortLE()).table();
    }

    static LuaValue readExecuteId(ByteBuf in, Varargs args) {
        ServerPackets.header(in, CommandCode.COM_STMT_EXECUTE, "a COM_STMT_EXECUTE");
        return id(in);
    }

    static LuaValue readClose(ByteBuf in, Varargs args) {
        ServerPackets.header(in, CommandCode.COM_STMT_CLOSE, "a COM_STMT_CLOSE");
        return new Fields().put("stmt_id", id(in)).table();
    }

    static void writeClose(Fields fields, ByteBuf out) {
        if (!fields.has("stmt_id")) {
            throw new LuaError(".stmt_id has to be set");
        }
        out.writeByte(CommandCode.COM_STMT_CLOSE).writeIntLE((int) fields.number("stmt_id", 0));
    }

    static LuaValue id(ByteBuf in) {
        Wire.require(in, 4, "a statement's id");
        return LuaValue.valueOf((double) in.readUnsignedIntLE());
    }
}
