package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * What an OK packet has behind its numbers: {@code info}, and {@code session_track}, a list of {@code {type, name,
 * value}}. Types: 0 a system variable ({@code name} is its name), 1 the schema, 2 whether state changed, 3 GTIDs, 4 and
 * 5 the transaction. 0.8.5 knew nothing of it.
 */
final class SessionTrack {

    private static final int SYSTEM_VARIABLE = 0;
    /** A digit, alone without a length of its own. */
    private static final int STATE_CHANGE = 2;

    private static final int GTIDS = 3;
    /** Servers send a handful. */
    private static final int MAX_CHANGES = 1000;

    private SessionTrack() {}

    /** Reads as much as can be understood; what cannot leaves its fields out, as they are no more than extras. */
    static void read(ByteBuf in, boolean changed, boolean lengthEncoded, Fields fields) {
        if (!in.isReadable()) {
            return;
        }
        if (!lengthEncoded) {
            fields.put("info", ServerPackets.rest(in));
            return;
        }
        try {
            byte[] info = Wire.readLenEncBytes(in, "the info text");
            LuaTable changes = changed ? changes(Wire.readLenEncBytes(in, "the session state")) : null;
            fields.put("info", info);
            if (changes != null) {
                fields.put("session_track", changes);
            }
        } catch (ProtocolViolationException e) {
            // scripts from before there was such a thing want the numbers
        }
    }

    private static LuaTable changes(byte[] block) {
        LuaTable changes = new PucTable();
        ByteBuf in = Unpooled.wrappedBuffer(block);
        while (in.isReadable()) {
            int type = in.readUnsignedByte();
            ByteBuf data = Unpooled.wrappedBuffer(Wire.readLenEncBytes(in, "a change"));
            do {
                if (changes.rawlen() == MAX_CHANGES) {
                    throw new ProtocolViolationException("more than " + MAX_CHANGES + " changes");
                }
                Fields change = new Fields().put("type", type);
                if (type == SYSTEM_VARIABLE) {
                    change.put("name", Wire.readLenEncBytes(data, "a variable"));
                } else if (type == GTIDS) {
                    // the kind of what follows, of which there is one
                    data.skipBytes(Math.min(1, data.readableBytes()));
                }
                byte[] value = type == STATE_CHANGE ? ServerPackets.rest(data) : Wire.readLenEncBytes(data, "a value");
                change.put("value", Strings.lua(value));
                changes.rawset(changes.rawlen() + 1, change.table());
            } while (type == SYSTEM_VARIABLE && data.isReadable());
        }
        return changes;
    }

    static void write(Fields fields, ByteBuf out) {
        byte[] info = fields.bytes("info");
        LuaTable changes = fields.table("session_track");
        boolean changed = (fields.number("server_status", 0) & ServerStatus.SESSION_STATE_CHANGED) != 0;
        if (!changed || changes == null) {
            out.writeBytes(info);
            return;
        }
        if (changes.rawlen() > MAX_CHANGES) {
            throw new LuaError(".session_track has to have at most " + MAX_CHANGES + " changes");
        }
        Wire.writeLenEncBytes(out, info);
        ByteBuf block = Unpooled.buffer();
        for (int i = 1; i <= changes.rawlen(); i++) {
            LuaValue change = changes.rawget(i);
            if (change instanceof LuaTable table) {
                writeChange(fields.inner(table), block);
            }
        }
        Wire.writeLenEncBytes(out, ServerPackets.rest(block));
    }

    private static void writeChange(Fields change, ByteBuf out) {
        int type = (int) change.number("type", SYSTEM_VARIABLE);
        ByteBuf data = Unpooled.buffer();
        if (type == SYSTEM_VARIABLE) {
            Wire.writeLenEncBytes(data, change.bytes("name"));
        } else if (type == GTIDS) {
            data.writeByte(0);
        }
        if (type == STATE_CHANGE) {
            data.writeBytes(change.bytes("value"));
        } else {
            Wire.writeLenEncBytes(data, change.bytes("value"));
        }
        out.writeByte(type);
        Wire.writeLenEncBytes(out, ServerPackets.rest(data));
    }
}
