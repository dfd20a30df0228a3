package dev.mysqlproxy.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeResponseTest {

    /** As the mysql 9.7 program sends it; name, answer and attributes made up. */
    private static final String MYSQL_97 = "85a2bf1900000001ff0000000000000000000000000000000000000000000000"
            + "61707000" + "20" + "1111111111111111111111111111111111111111111111111111111111111111"
            + "63616368696e675f736861325f70617373776f726400" + "12" + "035f6f73054c696e7578" + "045f706964" + "023432";

    private static final String MARIADB = "84a2bf19" + "00000040" + "2d" + "00000000000000000000000000000000000000"
            + "1d000000" + "61707000" + "14" + "2222222222222222222222222222222222222222" + "7368c3b67000"
            + "6d7973716c5f6e61746976655f70617373776f726400";

    private static final long LOGIN = Capabilities.PROTOCOL_41 | Capabilities.LONG_PASSWORD;

    private static ByteBuf payload(String hex) {
        return Unpooled.wrappedBuffer(Capture.bytes(hex));
    }

    @Test
    void ofTheMysqlProgram() {
        ByteBuf payload = payload(MYSQL_97);
        HandshakeResponse response = HandshakeResponse.decode(payload);
        assertThat(payload.readerIndex()).isZero();
        assertThat(response.capabilities().bits()).isEqualTo(0x19bf_a285L);
        assertThat(response.maxPacketSize()).isEqualTo(0x100_0000);
        assertThat(response.characterSet()).isEqualTo(255);
        assertThat(response.user()).isEqualTo("app");
        assertThat(response.authResponse()).hasSize(32).containsOnly(0x11);
        assertThat(response.database()).isEmpty();
        assertThat(response.authPlugin()).isEqualTo("caching_sha2_password");
        assertThat(response.attributes()).isEqualTo(Map.of("_os", "Linux", "_pid", "42"));
    }

    @Test
    void extendedFlagsAndADatabase() {
        String hex = MARIADB.replaceFirst("^84a2bf19", "8ca28f00");
        HandshakeResponse response = HandshakeResponse.decode(payload(hex));
        assertThat(response.capabilities().bits()).isEqualTo(0x1d_008f_a28cL);
        assertThat(response.database()).contains("sh\u00f6p");
        ByteBuf out = Unpooled.buffer();
        response.encode(out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex);
    }

    @Test
    void mySqlsFillerIsNoFlags() {
        String hex = MYSQL_97.substring(0, 56) + "ffffffff" + MYSQL_97.substring(64);
        assertThat(HandshakeResponse.decode(payload(hex)).capabilities().high()).isZero();
    }

    @Test
    void roundTrips() {
        byte[] answer = new byte[20];
        Arrays.fill(answer, (byte) 7);
        long[] forms = {0, Capabilities.SECURE_CONNECTION, Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA};
        for (long form : forms) {
            for (long more : new long[] {
                0,
                Capabilities.CONNECT_WITH_DB,
                Capabilities.PLUGIN_AUTH,
                Capabilities.CONNECT_ATTRS,
                Capabilities.CONNECT_WITH_DB | Capabilities.PLUGIN_AUTH | Capabilities.CONNECT_ATTRS
            }) {
                HandshakeResponse response = new HandshakeResponse(
                        new Capabilities(LOGIN | form | more),
                        0xffff_ffffL,
                        45,
                        "\u00fcser",
                        answer,
                        (more & Capabilities.CONNECT_WITH_DB) == 0 ? Optional.empty() : Optional.of("db"),
                        (more & Capabilities.PLUGIN_AUTH) == 0 ? "" : "a_plugin",
                        (more & Capabilities.CONNECT_ATTRS) == 0 ? Map.of() : Map.of("a", "b".repeat(300), "c", ""));
                ByteBuf out = Unpooled.buffer();
                response.encode(out);
                assertThat(HandshakeResponse.decode(out)).isEqualTo(response).hasSameHashCodeAs(response);
            }
        }
    }

    @Test
    void longAnswersNeedALengthOfTheirOwn() {
        HandshakeResponse response = new HandshakeResponse(
                new Capabilities(LOGIN | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA | Capabilities.SECURE_CONNECTION),
                0,
                45,
                "u",
                new byte[1000],
                Optional.empty(),
                "",
                Map.of());
        ByteBuf out = Unpooled.buffer();
        response.encode(out);
        assertThat(HandshakeResponse.decode(out).authResponse()).hasSize(1000);
    }

    /** Some clients leave out what is empty at the end, or the last NUL. */
    @Test
    void endsLeftOut() {
        String head = "88820800" + "00000001" + "21" + "00".repeat(23) + "7500" + "00";
        HandshakeResponse bare = HandshakeResponse.decode(payload(head));
        assertThat(bare.user()).isEqualTo("u");
        assertThat(bare.database()).isEmpty();
        assertThat(bare.authPlugin()).isEmpty();
        HandshakeResponse noNul = HandshakeResponse.decode(payload(head + "6462"));
        assertThat(noNul.database()).contains("db");
        HandshakeResponse pluginWithoutNul = HandshakeResponse.decode(payload(head + "646200" + "7878"));
        assertThat(pluginWithoutNul.authPlugin()).isEqualTo("xx");
        assertThat(HandshakeResponse.decode(payload(head + "00" + "7878")).database())
                .isEmpty();
    }

    @Test
    void answersAreNotPrinted() {
        HandshakeResponse response = HandshakeResponse.decode(payload(MYSQL_97));
        assertThat(response.toString()).contains("app").doesNotContain("11111").doesNotContain("17, 17");
    }

    @Test
    void sslRequestsShowTheirFlags() {
        ByteBuf request = payload("85aebf19" + "00000001" + "ff" + "00".repeat(23));
        assertThat(request.readableBytes()).isEqualTo(HandshakeResponse.SSL_REQUEST_LENGTH);
        assertThat(HandshakeResponse.capabilities(request).has(Capabilities.SSL))
                .isTrue();
        assertThat(HandshakeResponse.isBefore41(request)).isFalse();
        assertThatThrownBy(() -> HandshakeResponse.decode(request)).isInstanceOf(ProtocolViolationException.class);
        assertThat(HandshakeResponse.isBefore41(payload("050000000000"))).isTrue();
        assertThatThrownBy(() -> HandshakeResponse.isBefore41(payload("0500000000")))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void clearedInPlace() {
        ByteBuf payload =
                Unpooled.wrappedBuffer(new byte[3], Capture.bytes(MARIADB)).skipBytes(3);
        HandshakeResponse.clear(
                payload, new Capabilities(Capabilities.MARIADB_CACHE_METADATA | Capabilities.SESSION_TRACK));
        assertThat(ByteBufUtil.hexDump(payload))
                .isEqualTo("84a23f19" + MARIADB.substring(8, 56) + "0d" + MARIADB.substring(58));
        ByteBuf mysql = payload(MYSQL_97);
        HandshakeResponse.clear(mysql, new Capabilities(0xff_0000_0000L));
        assertThat(ByteBufUtil.hexDump(mysql)).isEqualTo(MYSQL_97);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 513})
    void attributesHaveALimit(int count) {
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put("name" + i, "value");
        }
        ByteBuf out = Unpooled.buffer();
        new HandshakeResponse(
                        new Capabilities(LOGIN | Capabilities.CONNECT_ATTRS),
                        0,
                        45,
                        "u",
                        new byte[0],
                        Optional.empty(),
                        "",
                        attributes)
                .encode(out);
        if (count <= 512) {
            assertThat(HandshakeResponse.decode(out).attributes()).isEqualTo(attributes);
        } else {
            assertThatThrownBy(() -> HandshakeResponse.decode(out)).hasMessage("more than 512 connection attributes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MYSQL_97, MARIADB})
    void truncated(String hex) {
        byte[] whole = Capture.bytes(hex);
        for (int length = 0; length < whole.length; length++) {
            ByteBuf part = Unpooled.wrappedBuffer(whole, 0, length);
            try {
                assertThat(HandshakeResponse.decode(part).user()).isEqualTo("app");
            } catch (ProtocolViolationException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }
}
