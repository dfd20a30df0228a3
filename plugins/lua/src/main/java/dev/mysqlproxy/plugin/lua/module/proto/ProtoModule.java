package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.plugin.lua.module.Library;
import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * The functions of {@code mysql.proto}. Payloads are without the four bytes of the packet header.
 *
 * <p>New: {@code from/to_auth_switch_packet}, {@code from/to_column_packet}, {@code to_stmt_prepare_packet}, {@code
 * to_stmt_close_packet}.
 */
public final class ProtoModule {

    private static final int STEPS_SHIFT = 4;

    private final LuaState state;
    private final Library library;

    /** Reads a payload, with the function's further arguments at hand. */
    @FunctionalInterface
    interface Reader {
        /** Throws a violation for what it cannot read. */
        LuaValue read(ByteBuf payload, Varargs args);
    }

    /** Appends a payload made of these fields. */
    @FunctionalInterface
    interface Writer {
        void write(Fields fields, ByteBuf out);
    }

    private ProtoModule(LuaState state, Library library) {
        this.state = state;
        this.library = library;
    }

    /** Makes the module. */
    public static LuaTable open(LuaState state, String version) {
        Library library = Library.open(state, "proto", version, "MySQL's packets as tables");
        ProtoModule module = new ProtoModule(state, library);
        module.serverPackets();
        module.clientPackets();
        return library.table();
    }

    private void serverPackets() {
        packet("err", ServerPackets::readErr, ServerPackets::writeErr);
        packet("ok", ServerPackets::readOk, ServerPackets::writeOk);
        packet("eof", ServerPackets::readEof, ServerPackets::writeEof);
        packet("challenge", ChallengePacket::read, ChallengePacket::write);
        packet("auth_switch", ServerPackets::readAuthSwitch, ServerPackets::writeAuthSwitch);
        packet("column", ColumnPacket::read, ColumnPacket::write);
    }

    private void clientPackets() {
        packet("response", ResponsePacket::read, ResponsePacket::write);
        packet("stmt_prepare", StatementPackets::readPrepare, StatementPackets::writePrepare);
        from("stmt_prepare_ok_packet", StatementPackets::readPrepareOk);
        from("stmt_execute_packet", ExecutePacket::read);
        library.add(
                "stmt_id_from_stmt_execute_packet",
                reader("stmt_execute_packet_stmt_id", StatementPackets::readExecuteId));
        packet("stmt_close", StatementPackets::readClose, StatementPackets::writeClose);
        from("masterinfo_string", MasterInfo::read);
        to("masterinfo_string", MasterInfo::write);
    }

    private void packet(String name, Reader reader, Writer writer) {
        from(name + "_packet", reader);
        to(name + "_packet", writer);
    }

    private void from(String name, Reader reader) {
        library.add("from_" + name, reader(name, reader));
    }

    private Native.Body reader(String name, Reader reader) {
        return args -> {
            LuaString payload = Args.string(args, 1);
            state.spend(1 + (payload.m_length >> STEPS_SHIFT));
            state.building(payload.m_length);
            try {
                return reader.read(
                        Unpooled.wrappedBuffer(payload.m_bytes, payload.m_offset, payload.m_length)
                                .asReadOnly(),
                        args);
            } catch (ProtocolViolationException | IndexOutOfBoundsException e) {
                throw new LuaError("network_mysqld_proto_get_" + name + "() failed");
            }
        };
    }

    private void to(String name, Writer writer) {
        library.add("to_" + name, args -> {
            ByteBuf out = Unpooled.buffer();
            try {
                writer.write(new Fields(Args.table(args, 1), state::building), out);
            } catch (IndexOutOfBoundsException e) {
                throw new LuaError("the packet is too large");
            }
            byte[] payload = new byte[out.readableBytes()];
            out.readBytes(payload);
            state.spend(1 + (payload.length >> STEPS_SHIFT));
            state.building(payload.length);
            return Strings.lua(payload);
        });
    }
}
