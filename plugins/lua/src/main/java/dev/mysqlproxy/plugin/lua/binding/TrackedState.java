package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * What an OK packet says of the session's state: {@code schema} and {@code state_changed} as far as the server tells,
 * {@code gtids}, and system variables by name in {@code variables}.
 */
final class TrackedState {

    private static final int SYSTEM_VARIABLE = 0;
    private static final int SCHEMA = 1;
    private static final int STATE_CHANGE = 2;
    private static final int GTIDS = 3;
    private static final byte YES = '1';

    private TrackedState() {}

    /** From the last packet of a reply whose status says that state changed; nil when it holds nothing. */
    static LuaValue read(List<byte[]> packets) {
        byte[] last = packets.isEmpty() ? new byte[0] : packets.get(packets.size() - 1);
        ByteBuf in = Unpooled.wrappedBuffer(last);
        try {
            OkPacket.decode(in);
            if (!in.isReadable()) {
                return LuaValue.NIL;
            }
            Wire.readLenEncBytes(in, "the info text");
            return in.isReadable()
                    ? changes(Unpooled.wrappedBuffer(Wire.readLenEncBytes(in, "the session state")))
                    : LuaValue.NIL;
        } catch (ProtocolViolationException e) {
            return LuaValue.NIL;
        }
    }

    private static LuaTable changes(ByteBuf in) {
        LuaTable changes = new PucTable();
        while (in.isReadable()) {
            int type = in.readUnsignedByte();
            ByteBuf data = Unpooled.wrappedBuffer(Wire.readLenEncBytes(in, "a change of state"));
            if (type == SYSTEM_VARIABLE) {
                variables(changes, data);
            } else if (type == SCHEMA) {
                changes.rawset("schema", value(data));
            } else if (type == STATE_CHANGE) {
                // a digit without a length of its own
                changes.rawset("state_changed", LuaValue.valueOf(data.isReadable() && data.readByte() == YES));
            } else if (type == GTIDS && data.isReadable()) {
                data.skipBytes(1);
                changes.rawset("gtids", value(data));
            }
        }
        return changes;
    }

    private static void variables(LuaTable changes, ByteBuf data) {
        LuaValue known = changes.rawget("variables");
        LuaTable variables = known instanceof LuaTable table ? table : new PucTable();
        changes.rawset("variables", variables);
        while (data.isReadable()) {
            LuaString name = value(data);
            variables.rawset(name, value(data));
        }
    }

    private static LuaString value(ByteBuf data) {
        return LuaString.valueUsing(Wire.readLenEncBytes(data, "a change of state"));
    }
}
