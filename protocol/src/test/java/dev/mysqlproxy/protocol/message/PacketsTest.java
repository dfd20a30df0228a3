package dev.mysqlproxy.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small packets: OK, ERR, EOF, authentication switch, column definition. */
class PacketsTest {

    private static ByteBuf payload(String hex) {
        return hex.isEmpty() ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(Capture.bytes(hex));
    }

    private static void assertRefusedWhenShort(String hex, int from, Function<ByteBuf, ?> decoder) {
        for (int length = from; length < hex.length() / 2; length++) {
            ByteBuf part = payload(hex).slice(0, length);
            assertThatThrownBy(() -> decoder.apply(part)).isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void ok() {
        OkPacket ok = new OkPacket(-1, 300, 0x4002, 7, "");
        ByteBuf out = Unpooled.buffer();
        ok.encode(out, OkPacket.HEADER);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("00feffffffffffffffff" + "fc2c01" + "0240" + "0700");
        assertThat(OkPacket.decode(out)).isEqualTo(ok);
        assertRefusedWhenShort("00feffffffffffffffff" + "fc2c01" + "0240" + "0700", 0, OkPacket::decode);
    }

    @Test
    void okWithText() {
        OkPacket ok = new OkPacket(0, 0, 2, 0, "h\u00e9");
        ByteBuf out = Unpooled.buffer();
        ok.encode(out, EofPacket.HEADER);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("fe000002000000" + "03" + "68c3a9");
        assertThat(OkPacket.decode(out)).isEqualTo(new OkPacket(0, 0, 2, 0, ""));
        assertThat(out.readableBytes()).isEqualTo(4);
    }

    @Test
    void eof() {
        EofPacket eof = new EofPacket(65_535, 0x8002);
        ByteBuf out = Unpooled.buffer();
        eof.encode(out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("feffff0280");
        assertThat(EofPacket.decode(out)).isEqualTo(eof);
        assertRefusedWhenShort("feffff0280", 0, EofPacket::decode);
    }

    @Test
    void err() {
        ErrPacket err = new ErrPacket(1064, "42000", "n\u00f6");
        ByteBuf out = Unpooled.buffer();
        err.encode(out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("ff2804" + "233432303030" + "6ec3b6");
        assertThat(ErrPacket.decode(out)).isEqualTo(err);
        assertRefusedWhenShort("ff2804", 0, ErrPacket::decode);
    }

    @Test
    void errWithoutState() {
        ErrPacket err = new ErrPacket(1040, "", "Too many connections");
        ByteBuf out = Unpooled.buffer();
        err.encode(out);
        assertThat(ErrPacket.decode(out.duplicate())).isEqualTo(err);
        assertThat(out.getByte(3)).isEqualTo((byte) 'T');
        assertThat(ErrPacket.decode(payload("ff1004"))).isEqualTo(new ErrPacket(1040, "", ""));
        assertThat(ErrPacket.decode(payload("ff100423313233"))).isEqualTo(new ErrPacket(1040, "", "#123"));
        assertThat(ErrPacket.decode(payload("ff1004ff"))).isEqualTo(new ErrPacket(1040, "", "\ufffd"));
    }

    @Test
    void longMessagesAreCutBetweenCharacters() {
        for (int before = 508; before <= 513; before++) {
            ByteBuf out = Unpooled.buffer();
            new ErrPacket(1, "HY000", "a".repeat(before) + "\ud83d\ude00".repeat(3)).encode(out);
            assertThat(out.readableBytes()).isLessThanOrEqualTo(9 + 512);
            String message = ErrPacket.decode(out).message();
            assertThat(message).doesNotContain("\ufffd").startsWith("a".repeat(Math.min(before, 512)));
        }
    }

    @Test
    void authenticationSwitch() {
        AuthSwitchRequest request = AuthSwitchRequest.decode(payload(
                "fe63616368696e675f736861325f70617373776f726400" + "68523928675d5f3250087263436d6e6210777a7a00"));
        assertThat(request.plugin()).isEqualTo("caching_sha2_password");
        assertThat(request.data()).hasSize(21).endsWith(0);
        ByteBuf out = Unpooled.buffer();
        request.encode(out);
        assertThat(AuthSwitchRequest.decode(out)).isEqualTo(request).hasSameHashCodeAs(request);
        assertThat(request).hasToString("AuthSwitchRequest[caching_sha2_password]");
        assertThat(AuthSwitchRequest.decode(payload("fe"))).isEqualTo(new AuthSwitchRequest("", new byte[0]));
        assertThat(AuthSwitchRequest.decode(payload("fe6100")).data()).isEmpty();
        assertThatThrownBy(() -> AuthSwitchRequest.decode(payload("fe61")))
                .isInstanceOf(ProtocolViolationException.class);
        assertThatThrownBy(() -> AuthSwitchRequest.decode(payload(""))).isInstanceOf(ProtocolViolationException.class);
    }

    /** Of a real server: column id of table t in schema c. */
    private static final String COLUMN =
            "03646566" + "0163" + "0174" + "0174" + "026964" + "026964" + "0c3f000b000000030342000000";

    @Test
    void column() {
        ColumnDefinition column = ColumnDefinition.decode(payload(COLUMN), false);
        assertThat(column).isEqualTo(new ColumnDefinition("c", "t", "t", "id", "id", 63, 11, 3, 0x4203, 0));
        ByteBuf out = Unpooled.buffer();
        column.encode(out, false);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(COLUMN);
        assertRefusedWhenShort(
                COLUMN.substring(0, COLUMN.length() - 4), 0, part -> ColumnDefinition.decode(part, false));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void columnsRoundTrip(boolean extended) {
        ColumnDefinition column =
                new ColumnDefinition("", "t\u00e4", "", "n".repeat(256), "", 0xffff, 0xffff_ffffL, 255, 0xffff, 31);
        ByteBuf out = Unpooled.buffer();
        column.encode(out, extended);
        assertThat(ColumnDefinition.decode(out.duplicate(), extended)).isEqualTo(column);
        assertThat(out.readableBytes()).isEqualTo(extended ? 284 : 283);
    }

    /** MariaDB's format name after the names. */
    @Test
    void extendedMetadata() {
        ColumnDefinition column = ColumnDefinition.decode(
                payload("03646566" + "0163" + "0178" + "0178" + "016a" + "016a" + "06" + "0104" + "6a736f6e" + "0c"
                        + "2d00" + "ffffffff" + "fc" + "9000" + "00" + "0000"),
                true);
        assertThat(column.name()).isEqualTo("j");
        assertThat(column.type()).isEqualTo(252);
        assertThat(column.length()).isEqualTo(0xffff_ffffL);
    }
}
