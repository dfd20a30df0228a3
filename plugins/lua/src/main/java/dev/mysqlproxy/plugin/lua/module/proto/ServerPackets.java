package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.EofPacket;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Short packets of servers. */
final class ServerPackets {

    private static final int STATE_LENGTH = 5;
    private static final byte[] UNKNOWN_STATE = "07000".getBytes(StandardCharsets.US_ASCII);
    private static final int UNKNOWN_ERROR = 1105;
    /** An OK packet in an EOF's clothes is longer than an EOF. */
    private static final int SHORTEST_OK = 7;

    private ServerPackets() {}

    static LuaValue readErr(ByteBuf in, Varargs args) {
        header(in, ErrPacket.HEADER, "an ERR packet");
        Wire.require(in, 2, "an ERR packet");
        Fields fields = new Fields().put("errcode", in.readUnsignedShortLE());
        if (in.isReadable() && in.getByte(in.readerIndex()) == '#') {
            in.skipBytes(1);
            Wire.require(in, STATE_LENGTH, "the SQL state");
            fields.put("sqlstate", Wire.readBytes(in, STATE_LENGTH));
        }
        return fields.put("errmsg", rest(in)).table();
    }

    static void writeErr(Fields fields, ByteBuf out) {
        byte[] state = fields.bytes("sqlstate");
        if (state.length != 0 && state.length != STATE_LENGTH) {
            throw new LuaError(".sqlstate has to be " + STATE_LENGTH + " bytes long");
        }
        out.writeByte(ErrPacket.HEADER).writeShortLE((int) fields.number("errcode", UNKNOWN_ERROR));
        out.writeByte('#').writeBytes(state.length == 0 ? UNKNOWN_STATE : state);
        out.writeBytes(fields.bytes("errmsg"));
    }

    /** New: a second argument, the capabilities both sides have, says how the info text is written. */
    static LuaValue readOk(ByteBuf in, Varargs args) {
        Wire.require(in, 1, "an OK packet");
        int header = in.getUnsignedByte(in.readerIndex());
        if (header != OkPacket.HEADER && (header != EofPacket.HEADER || in.readableBytes() < SHORTEST_OK)) {
            throw new ProtocolViolationException("no OK packet");
        }
        OkPacket ok = OkPacket.decode(in);
        Fields fields = new Fields()
                .put("server_status", ok.status())
                .put("insert_id", ok.lastInsertId())
                .put("warnings", ok.warnings())
                .put("affected_rows", ok.affectedRows());
        boolean changed = (ok.status() & ServerStatus.SESSION_STATE_CHANGED) != 0;
        long capabilities = args.arg(2).isnumber() ? (long) args.arg(2).todouble() : 0;
        SessionTrack.read(in, changed, changed || (capabilities & Capabilities.SESSION_TRACK) != 0, fields);
        return fields.table();
    }

    static void writeOk(Fields fields, ByteBuf out) {
        out.writeByte(OkPacket.HEADER);
        Wire.writeLenEnc(out, fields.number("affected_rows", 0));
        Wire.writeLenEnc(out, fields.number("insert_id", 0));
        out.writeShortLE((int) fields.number("server_status", 0));
        out.writeShortLE((int) fields.number("warnings", 0));
        SessionTrack.write(fields, out);
    }

    static LuaValue readEof(ByteBuf in, Varargs args) {
        if (in.readableBytes() >= EofPacket.LENGTH_LIMIT) {
            throw new ProtocolViolationException("no EOF packet");
        }
        header(in, EofPacket.HEADER, "an EOF packet");
        if (!in.isReadable()) {
            return new Fields().put("server_status", 0).put("warnings", 0).table();
        }
        EofPacket eof = EofPacket.decode(in.readerIndex(0));
        return new Fields()
                .put("server_status", eof.status())
                .put("warnings", eof.warnings())
                .table();
    }

    static void writeEof(Fields fields, ByteBuf out) {
        new EofPacket((int) fields.number("warnings", 0), (int) fields.number("server_status", 0)).encode(out);
    }

    static LuaValue readAuthSwitch(ByteBuf in, Varargs args) {
        header(in, AuthSwitchRequest.HEADER, "an authentication switch");
        Fields fields = new Fields();
        if (in.isReadable()) {
            fields.put("auth_plugin_name", Wire.readNulBytes(in, "the plugin name"))
                    .put("auth_plugin_data", rest(in));
        }
        return fields.table();
    }

    static void writeAuthSwitch(Fields fields, ByteBuf out) {
        out.writeByte(AuthSwitchRequest.HEADER);
        if (fields.has("auth_plugin_name")) {
            text(out, fields, "auth_plugin_name");
            out.writeBytes(fields.bytes("auth_plugin_data"));
        }
    }

    static void header(ByteBuf in, int header, String what) {
        Wire.require(in, 1, what);
        if (in.readUnsignedByte() != header) {
            throw new ProtocolViolationException("not " + what);
        }
    }

    static byte[] rest(ByteBuf in) {
        return Wire.readBytes(in, in.readableBytes());
    }

    /** Up to a NUL, which some peers leave out at the end of the packet. */
    static byte[] textOrRest(ByteBuf in) {
        return in.bytesBefore((byte) 0) < 0 ? rest(in) : Wire.readNulBytes(in, "a text");
    }

    /** Appends a text and its NUL. */
    static void text(ByteBuf out, Fields fields, String name) {
        byte[] bytes = fields.bytes(name);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        out.writeBytes(Arrays.copyOf(bytes, end)).writeByte(0);
    }
}
