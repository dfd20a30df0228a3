package dev.mysqlproxy.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChangeUserPartsTest {

    private static final Capabilities ALL = new Capabilities(Capabilities.PROTOCOL_41
            | Capabilities.SECURE_CONNECTION
            | Capabilities.PLUGIN_AUTH
            | Capabilities.CONNECT_ATTRS
            | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA);

    private static final Capabilities OLD = new Capabilities(Capabilities.PROTOCOL_41);

    private static final String FULL = "11" + "fcff00" + "14" + "22".repeat(20) + "73686f7000" + "2d01"
            + "6d7973716c5f6e61746976655f70617373776f726400" + "fc0d00" + "0161" + "02fffe" + "0161" + "0162" + "0162"
            + "0162";

    static Stream<String> commands() {
        return Stream.of(
                FULL,
                FULL + "dead",
                "11" + "7500" + "00" + "00",
                "11" + "7500" + "00" + "6462",
                "11" + "7500" + "00" + "00" + "2d00",
                "11" + "7500" + "0101" + "646200" + "2d00" + "7878",
                "11" + "7500" + "0101" + "646200" + "2d00" + "787800",
                "11" + "7500" + "0101" + "646200" + "2d00" + "00" + "00");
    }

    private static ChangeUserParts parts(String hex) {
        return ChangeUserParts.parse(Unpooled.wrappedBuffer(Capture.bytes(hex)), ALL);
    }

    private static String hex(ChangeUserParts parts) {
        ByteBuf out = Unpooled.buffer();
        parts.encode(out);
        return ByteBufUtil.hexDump(out);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void roundTrips(String hex) {
        ByteBuf payload =
                Unpooled.wrappedBuffer(new byte[3], Capture.bytes(hex)).skipBytes(3);
        ChangeUserParts parts = ChangeUserParts.parse(payload, ALL);
        assertThat(payload.readerIndex()).isEqualTo(3);
        assertThat(hex(parts)).isEqualTo(hex);
    }

    @Test
    void withoutFlags() {
        String hex = "11" + "7500" + "616200" + "646200" + "0800" + "dead";
        ChangeUserParts parts = ChangeUserParts.parse(Unpooled.wrappedBuffer(Capture.bytes(hex)), OLD);
        assertThat(hex(parts)).isEqualTo(hex);
        assertThat(parts.authResponse()).isEqualTo(ascii("ab"));
        assertThat(hex(parts.withAuthPlugin("x", 8))).isEqualTo(hex);
        assertThat(hex(parts.withAttribute("a", "b"))).isEqualTo(hex);
        assertThat(parts.fits(new byte[1])).isFalse();
    }

    @Test
    void parts() {
        ChangeUserParts parts = parts(FULL);
        assertThat(parts.capabilities()).isEqualTo(ALL);
        assertThat(parts.user()).containsExactly(0xfc, 0xff);
        assertThat(parts.authResponse()).hasSize(20).containsOnly(0x22);
        assertThat(parts.database()).isEqualTo(ascii("shop"));
        assertThat(parts.characterSet()).isEqualTo(0x12d);
        assertThat(parts.authPlugin()).isEqualTo("mysql_native_password");
        assertThat(parts.attributes()).hasSize(13);
        ChangeUserParts bare = parts("1175000000");
        assertThat(bare.database()).isEmpty();
        assertThat(bare.characterSet()).isEqualTo(-1);
        assertThat(bare.authPlugin()).isEmpty();
        assertThat(bare.attributes()).isNull();
    }

    /** What may be left out is; all else that is cut is a violation. */
    @Test
    void truncated() {
        byte[] whole = Capture.bytes(FULL);
        int schema = 1 + 3 + 21;
        for (int length = 0; length < whole.length; length++) {
            ByteBuf part = Unpooled.wrappedBuffer(whole, 0, length);
            if (length <= schema || length == schema + 6 || length > schema + 7 + 22) {
                assertThatThrownBy(() -> ChangeUserParts.parse(part, ALL))
                        .isInstanceOf(ProtocolViolationException.class);
            } else {
                assertThat(hex(ChangeUserParts.parse(part, ALL))).isEqualTo(FULL.substring(0, 2 * length));
            }
        }
    }

    @Test
    void otherCommands() {
        assertThatThrownBy(() -> parts("0e7500000000"))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessage("not a COM_CHANGE_USER");
    }

    @Test
    void random() {
        Random random = new Random(411);
        byte[][] seeds = commands().map(Capture::bytes).toArray(byte[][]::new);
        int good = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt();
            }
            Capabilities flags = random.nextInt(4) == 0 ? new Capabilities(random.nextLong()) : ALL;
            ChangeUserParts parts;
            try {
                parts = ChangeUserParts.parse(Unpooled.wrappedBuffer(bytes), flags);
            } catch (ProtocolViolationException refused) {
                continue;
            }
            good++;
            assertThat(hex(parts)).isEqualTo(ByteBufUtil.hexDump(bytes));
        }
        assertThat(good).isGreaterThan(5_000);
    }

    @Test
    void changed() {
        assertThat(hex(parts(FULL).withUser(ascii("root")))).isEqualTo(FULL.replace("fcff00", "726f6f7400"));
        assertThat(hex(parts(FULL).withDatabase(new byte[0]))).isEqualTo(FULL.replace("73686f7000", "00"));
        assertThat(hex(parts(FULL).withAuthResponse(new byte[] {1})))
                .isEqualTo(FULL.replace("14" + "22".repeat(20), "0101"));
        assertThat(hex(parts(FULL).withAuthPlugin("x", 9)))
                .isEqualTo(FULL.replace("6d7973716c5f6e61746976655f70617373776f726400", "7800"));
        assertThat(hex(parts(FULL).withAttribute("_p", "q"))).isEqualTo(FULL.replace("fc0d00", "12") + "025f700171");
        assertThat(hex(parts("11750000" + "6462").withAuthPlugin("x", 45)))
                .isEqualTo("11750000" + "646200" + "2d00" + "7800");
        assertThat(hex(parts("11750000" + "6462").withUser(ascii("v")))).isEqualTo("11760000" + "646200");
        assertThatIllegalArgumentException().isThrownBy(() -> parts(FULL).withUser(new byte[1]));
        assertThatIllegalArgumentException().isThrownBy(() -> parts(FULL).withDatabase(new byte[1]));
    }

    @Test
    void otherFlags() {
        Capabilities plain = new Capabilities(Capabilities.PROTOCOL_41 | Capabilities.SECURE_CONNECTION);
        assertThat(hex(parts(FULL).withCapabilities(plain))).isEqualTo(FULL.substring(0, FULL.indexOf("2d01") + 4));
        assertThat(hex(parts(FULL).withCapabilities(ALL))).isEqualTo(FULL);
    }

    @Test
    void longAnswers() {
        assertThat(parts(FULL).fits(new byte[255])).isTrue();
        assertThat(parts(hex(parts(FULL).withAuthResponse(new byte[255]))).authResponse())
                .hasSize(255);
        ChangeUserParts refused = parts(FULL).withAuthResponse(new byte[256]);
        assertThatThrownBy(() -> hex(refused))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("256 bytes");
    }

    @Test
    void answersAreNotPrintedAndCanBeWiped() {
        ChangeUserParts parts = parts(FULL);
        assertThat(parts.toString()).contains("mysql_native_password").doesNotContain("34");
        parts.wipe();
        assertThat(hex(parts)).isEqualTo(FULL.replace("22".repeat(20), "00".repeat(20)));
    }
}
