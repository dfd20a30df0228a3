package dev.mysqlproxy.protocol.fuzz;

import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.codec.BinaryValues;
import dev.mysqlproxy.protocol.codec.QueryAttributes;
import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.message.EofPacket;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.testing.Capture;
import dev.mysqlproxy.testing.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.Stream;

/** Single payloads: each is decoded or refused, and what was decoded is still that when written again. */
final class MessageTargets {

    private MessageTargets() {}

    static List<FuzzTarget> all() {
        return List.of(
                PayloadTarget.of("greeting", Inputs.greetings(), MessageTargets::greeting),
                PayloadTarget.of("login", Inputs.logins(), MessageTargets::login),
                PayloadTarget.of("ok", Inputs.payloads(OkPacket.HEADER, EofPacket.HEADER), MessageTargets::ok),
                PayloadTarget.of("err", Inputs.payloads(ErrPacket.HEADER), MessageTargets::err),
                PayloadTarget.of("eof", Inputs.payloads(EofPacket.HEADER), MessageTargets::eof),
                PayloadTarget.of("auth-switch", authSwitches(), MessageTargets::authSwitch),
                PayloadTarget.of("column", Inputs.payloads(3), MessageTargets::column),
                PayloadTarget.of("query-attributes", attributes(), MessageTargets::queryAttributes),
                PayloadTarget.of("binary-value", binaryValues(), MessageTargets::binaryValue));
    }

    private static String greeting(ByteBuf payload) {
        Greeting greeting = Greeting.decode(payload);
        Greeting.mask(payload, Capabilities.RELAYED);
        Greeting masked = Greeting.decode(payload);
        Checks.equal(masked.capabilities(), greeting.capabilities().and(Capabilities.RELAYED), "capabilities");
        Checks.equal(masked.authPlugin(), greeting.authPlugin(), "method");
        int nonce = greeting.authData().length;
        if (nonce >= Nonce.LENGTH && nonce < 0xff && greeting.capabilities().has(Capabilities.PLUGIN_AUTH)) {
            Checks.equal(Greeting.decode(Checks.written(greeting::encode)), greeting, "greeting");
        }
        return "nonce of " + Math.min(nonce, 32) + flags(greeting.capabilities(), 0x80801L);
    }

    private static String login(ByteBuf payload) {
        if (HandshakeResponse.isBefore41(payload)) {
            return "before 4.1";
        }
        if (payload.readableBytes() == HandshakeResponse.SSL_REQUEST_LENGTH) {
            return "TLS wanted" + flags(HandshakeResponse.capabilities(payload), 0x801);
        }
        HandshakeResponse login = HandshakeResponse.decode(payload);
        HandshakeResponse.clear(payload, Capabilities.FRAMING);
        HandshakeResponse cleared = HandshakeResponse.decode(payload);
        Checks.equal(cleared.capabilities(), login.capabilities().without(Capabilities.FRAMING), "capabilities");
        Checks.equal(cleared.user(), login.user(), "user");
        Checks.equal(cleared.attributes(), login.attributes(), "attributes");
        return "login" + flags(login.capabilities(), 0x388009L)
                + login.database().isPresent() + Math.min(3, login.attributes().size())
                + login.authPlugin().isEmpty();
    }

    private static String flags(Capabilities capabilities, long telling) {
        return " with 0x" + Long.toHexString(capabilities.bits() & telling);
    }

    private static String ok(ByteBuf payload) {
        OkPacket ok = OkPacket.decode(payload);
        OkPacket again = OkPacket.decode(Checks.written(out -> ok.encode(out, OkPacket.HEADER)));
        Checks.equal(again, ok, "OK");
        return "OK and " + (payload.isReadable() ? "more" : "nothing");
    }

    private static String err(ByteBuf payload) {
        ErrPacket err = ErrPacket.decode(payload);
        ErrPacket again = ErrPacket.decode(Checks.written(err::encode));
        Checks.equal(again.code(), err.code(), "code");
        if (!err.sqlState().isEmpty()) {
            Checks.equal(again.sqlState(), err.sqlState(), "state");
        }
        return "ERR with a state of " + err.sqlState().length();
    }

    private static String eof(ByteBuf payload) {
        EofPacket eof = EofPacket.decode(payload);
        Checks.equal(EofPacket.decode(Checks.written(eof::encode)), eof, "EOF");
        return "EOF";
    }

    private static List<byte[]> authSwitches() {
        byte[] nonce = new byte[21];
        return List.of(
                new byte[] {(byte) 0xfe},
                Inputs.encoded(new AuthSwitchRequest("caching_sha2_password", nonce)::encode),
                Inputs.encoded(new AuthSwitchRequest("dialog", new byte[0])::encode));
    }

    private static String authSwitch(ByteBuf payload) {
        AuthSwitchRequest request = AuthSwitchRequest.decode(payload);
        if (!request.plugin().isEmpty()) {
            Checks.equal(AuthSwitchRequest.decode(Checks.written(request::encode)), request, "switch");
        }
        return "switch with " + Math.min(22, request.data().length);
    }

    private static String column(ByteBuf payload) {
        ByteBuf copy = payload.copy();
        String result = "";
        for (boolean extended : new boolean[] {false, true}) {
            ColumnDefinition column = ColumnDefinition.decode(extended ? payload : copy, extended);
            ByteBuf again = Checks.written(out -> column.encode(out, extended));
            Checks.equal(ColumnDefinition.decode(again, extended), column, "column");
            result += "column " + extended;
        }
        return result;
    }

    private static List<byte[]> attributes() {
        List<byte[]> queries = List.of(
                Capture.bytes("03 00 01 53454c4543542031"),
                Capture.bytes("03 01 01 00 01 fe00 0161 0162 53"),
                Capture.bytes("03 03 01 02 01 fe00 0161 0300 0162 0c00 0163 0162 0b e607 01 02 03 04 05 01000000 53"));
        List<byte[]> executions = List.of(
                Capture.bytes("17 01000000 08 01000000 02 00 01 fe00 00 fe00 0161 0162 0163"),
                Capture.bytes("17 01000000 00 01000000 00 01 fe00 0162"));
        return Stream.concat(queries.stream(), executions.stream()).toList();
    }

    private static String queryAttributes(ByteBuf payload) {
        if (!payload.isReadable()) {
            return "no command";
        }
        QueryAttributes attributes = QueryAttributes.decode(payload);
        Checks.holds(
                attributes.end() > 0 && attributes.end() <= payload.readableBytes(),
                () -> "a block that ends at " + attributes.end());
        if (payload.getByte(0) == 3) {
            byte[] replaced = QueryAttributes.encodeQuery(new byte[] {3, 'S'}, payload);
            Checks.equal(
                    QueryAttributes.decode(Unpooled.wrappedBuffer(replaced)).values(), attributes.values(), "values");
        }
        return Math.min(9, attributes.values().size()) + " attributes";
    }

    private static List<byte[]> binaryValues() {
        return List.of(
                Capture.bytes("01 00 00 00000000 7f"),
                Capture.bytes("05 1f 00 00000000 182d4454fb210940"),
                Capture.bytes("04 02 40 00000014 db0f4940"),
                Capture.bytes("0c 06 00 00000000 0b e607 01 02 03 04 05 01000000"),
                Capture.bytes("0b 03 00 00000000 0c 01 03000000 04 05 06 01000000"),
                Capture.bytes("fd 00 00 00000000 03 616263"));
    }

    /** Behind what its column says: type, decimals, flags, display length. */
    private static String binaryValue(ByteBuf payload) {
        if (payload.readableBytes() < 7) {
            return "no column";
        }
        int type = payload.readUnsignedByte();
        int decimals = payload.readUnsignedByte();
        int flags = payload.readUnsignedByte();
        long length = payload.readUnsignedInt();
        ColumnDefinition column = new ColumnDefinition("", "", "", "c", "", 63, length, type, flags, decimals);
        byte[] text = BinaryValues.read(payload, column);
        return "type " + type + " " + Math.min(text.length, 5);
    }
}
