package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * A client's login. What the packet has depends on the flags that client and server share, hence {@code
 * server_capabilities}. New are {@code attributes}, a table of names and values, and that {@code auth_plugin_name} can
 * be written.
 */
final class ResponsePacket {

    private static final long DEFAULT_CAPABILITIES = 0x8200;
    private static final long BITS_32 = 0xffff_ffffL;
    private static final int MAX_ATTRIBUTES = 512;
    private static final int MAX_SHORT_RESPONSE = 255;
    private static final String LOGIN = "the login";

    private ResponsePacket() {}

    static LuaValue read(ByteBuf in, Varargs args) {
        long server = (long) Args.number(args, 2) & BITS_32;
        Wire.require(in, 2, LOGIN);
        Fields fields = new Fields().put("server_capabilities", server);
        if ((in.getUnsignedShortLE(0) & Capabilities.PROTOCOL_41) == 0) {
            return readOld(in, fields);
        }
        Wire.require(in, 4 + 4 + 1 + 23, LOGIN);
        long client = in.readUnsignedIntLE();
        Capabilities shared = new Capabilities(client & server);
        fields.put("capabilities", client)
                .put("max_packet_size", in.readUnsignedIntLE())
                .put("charset", in.readUnsignedByte());
        in.skipBytes(23);
        fields.put("username", Wire.readNulBytes(in, "the user name")).put("response", response(in, shared));
        if (shared.has(Capabilities.CONNECT_WITH_DB) && in.isReadable()) {
            fields.put("database", ServerPackets.textOrRest(in));
        }
        if (shared.has(Capabilities.PLUGIN_AUTH) && in.isReadable()) {
            fields.put("auth_plugin_name", ServerPackets.textOrRest(in));
        }
        if (shared.has(Capabilities.CONNECT_ATTRS) && in.isReadable()) {
            fields.put("attributes", attributes(in));
        }
        return fields.table();
    }

    /** The login from before 4.1. */
    private static LuaValue readOld(ByteBuf in, Fields fields) {
        fields.put("capabilities", in.readUnsignedShortLE());
        Wire.require(in, 3, LOGIN);
        return fields.put("max_packet_size", in.readUnsignedMediumLE())
                .put("charset", 0)
                .put("username", Wire.readNulBytes(in, "the user name"))
                .put("response", ServerPackets.textOrRest(in))
                .table();
    }

    private static byte[] response(ByteBuf in, Capabilities shared) {
        if (shared.has(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            return Wire.readLenEncBytes(in, "the response");
        }
        if (shared.has(Capabilities.SECURE_CONNECTION)) {
            Wire.require(in, 1, "the response");
            int length = in.readUnsignedByte();
            Wire.require(in, length, "the response");
            return Wire.readBytes(in, length);
        }
        return ServerPackets.textOrRest(in);
    }

    private static LuaTable attributes(ByteBuf in) {
        LuaTable attributes = new PucTable();
        ByteBuf block = Unpooled.wrappedBuffer(Wire.readLenEncBytes(in, "the connection attributes"));
        for (int i = 0; block.isReadable(); i++) {
            if (i == MAX_ATTRIBUTES) {
                throw new ProtocolViolationException("more than " + MAX_ATTRIBUTES + " connection attributes");
            }
            LuaValue name = Strings.lua(Wire.readLenEncBytes(block, "a connection attribute"));
            attributes.rawset(name, Strings.lua(Wire.readLenEncBytes(block, "a connection attribute")));
        }
        return attributes;
    }

    static void write(Fields fields, ByteBuf out) {
        if (!fields.has("server_capabilities")) {
            throw new LuaError(".server_capabilities has to be set");
        }
        long server = fields.number("server_capabilities", 0);
        long client = fields.number("capabilities", DEFAULT_CAPABILITIES);
        Capabilities shared = new Capabilities(client & server);
        if ((client & Capabilities.PROTOCOL_41) == 0) {
            out.writeShortLE((int) client).writeMediumLE((int) fields.number("max_packet_size", 0));
            ServerPackets.text(out, fields, "username");
            out.writeBytes(fields.bytes("response"));
            return;
        }
        out.writeIntLE((int) client).writeIntLE((int) fields.number("max_packet_size", 0));
        out.writeByte((int) fields.number("charset", 0)).writeZero(23);
        ServerPackets.text(out, fields, "username");
        writeResponse(fields, shared, out);
        if (shared.has(Capabilities.CONNECT_WITH_DB)) {
            ServerPackets.text(out, fields, "database");
        }
        if (shared.has(Capabilities.PLUGIN_AUTH)) {
            ServerPackets.text(out, fields, "auth_plugin_name");
        }
        if (shared.has(Capabilities.CONNECT_ATTRS)) {
            Wire.writeLenEncBytes(out, attributes(fields, fields.table("attributes")));
        }
    }

    private static void writeResponse(Fields fields, Capabilities shared, ByteBuf out) {
        byte[] response = fields.bytes("response");
        if (shared.has(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            Wire.writeLenEncBytes(out, response);
        } else if (!shared.has(Capabilities.SECURE_CONNECTION)) {
            ServerPackets.text(out, fields, "response");
        } else if (response.length > MAX_SHORT_RESPONSE) {
            throw new LuaError(".response has to be at most " + MAX_SHORT_RESPONSE + " bytes long");
        } else {
            out.writeByte(response.length).writeBytes(response);
        }
    }

    private static byte[] attributes(Fields fields, LuaTable attributes) {
        ByteBuf block = Unpooled.buffer();
        if (attributes != null) {
            Varargs next = attributes.next(LuaValue.NIL);
            for (int i = 0; !next.arg1().isnil(); i++) {
                LuaValue name = next.arg1();
                LuaValue value = next.arg(2);
                if (!name.isstring() || !value.isstring() || i == MAX_ATTRIBUTES) {
                    throw new LuaError(".attributes has to have strings only, and at most " + MAX_ATTRIBUTES);
                }
                Wire.writeLenEncBytes(block, fields.copy(name));
                Wire.writeLenEncBytes(block, fields.copy(value));
                next = attributes.next(name);
            }
        }
        return ServerPackets.rest(block);
    }
}
