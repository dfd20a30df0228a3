package dev.mysqlproxy.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoginPartsTest {

    private static final String ZEROS = "00".repeat(19);

    /** The mysql 9.7 program with a schema and --compression-algorithms=zstd --zstd-compression-level=7. */
    private static final String MYSQL_ZSTD = "8da2bf1d" + "00000001" + "ff" + ZEROS + "00000000" + "61707000" + "20"
            + "c76e2898612a4cf042c77fa8c4702c4c64c0c2c557c53c4d75595aaa6abae809" + "73686f70646200"
            + "63616368696e675f736861325f70617373776f726400" + "1b" + "045f706964053130373231" + "035f6f73054c696e7578"
            + "016b03616263" + "07";

    /** The same without password and schema. */
    private static final String MYSQL_EMPTY = "85a2bf19" + "00000001" + "ff" + ZEROS + "00000000" + "61707000" + "0100"
            + "63616368696e675f736861325f70617373776f726400" + "0b" + "045f706964053130383134";

    /** The mariadb 11.4 program. */
    private static final String MARIADB = "8ca2bf00" + "00000001" + "21" + ZEROS + "1d000000" + "61707000" + "14"
            + "8817c50fa779daef010ee7577825b0847df9842e" + "73686f70646200"
            + "6d7973716c5f6e61746976655f70617373776f726400"
            + "1f" + "035f6f73054c696e7578" + "0c5f7365727665725f686f737407" + "64622e74657374";

    /** A name in latin1, attributes that are no UTF-8 and twice the same, a longer length than needed, a tail. */
    private static final String ODD = "8ca2bf19" + "ffffffff" + "08" + "0102030405060708090a0b0c0d0e0f10111213"
            + "00000000"
            + "fcff00" + "fc0300aabbcc" + "f6e400" + "7800" + "fc0d00" + "0161" + "02fffe" + "0161" + "0162" + "0162"
            + "0162" + "dead";

    static Stream<String> logins() {
        return Stream.of(
                MYSQL_ZSTD,
                MYSQL_EMPTY,
                MARIADB,
                ODD,
                // clients that leave out what is empty at the end, or the last NUL
                "88820800" + "00000001" + "21" + "00".repeat(23) + "7500" + "00",
                "88820800" + "00000001" + "21" + "00".repeat(23) + "7500" + "00" + "6462",
                "88820800" + "00000001" + "21" + "00".repeat(23) + "7500" + "00" + "646200" + "7878",
                "88820800" + "00000001" + "21" + "00".repeat(23) + "7500" + "00" + "00" + "7878",
                // an answer that ends with a NUL; bytes where MariaDB's clients have flags
                "09020000" + "00000001" + "21" + "00".repeat(19) + "12345678" + "7500" + "616200" + "646200");
    }

    private static ByteBuf payload(String hex) {
        return Unpooled.wrappedBuffer(Capture.bytes(hex));
    }

    private static LoginParts parts(String hex) {
        return LoginParts.parse(payload(hex));
    }

    private static String hex(LoginParts parts) {
        ByteBuf out = Unpooled.buffer();
        parts.encode(out);
        return ByteBufUtil.hexDump(out);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("logins")
    void roundTrips(String hex) {
        ByteBuf payload =
                Unpooled.wrappedBuffer(new byte[5], Capture.bytes(hex)).skipBytes(5);
        LoginParts parts = LoginParts.parse(payload);
        assertThat(payload.readerIndex()).isEqualTo(5);
        assertThat(hex(parts)).isEqualTo(hex);
        assertThat(parts.decoded()).isEqualTo(HandshakeResponse.decode(payload));
    }

    /** Each cut either is a login that the strict reader takes as well, then it comes out as it was, or a violation. */
    @ParameterizedTest
    @MethodSource("logins")
    void truncated(String hex) {
        byte[] whole = Capture.bytes(hex);
        int violations = 0;
        for (int length = 0; length < whole.length; length++) {
            ByteBuf part = Unpooled.wrappedBuffer(whole, 0, length);
            HandshakeResponse decoded;
            try {
                decoded = HandshakeResponse.decode(part);
            } catch (ProtocolViolationException refused) {
                assertThatThrownBy(() -> LoginParts.parse(part))
                        .isInstanceOf(ProtocolViolationException.class)
                        .hasMessage(refused.getMessage());
                violations++;
                continue;
            }
            LoginParts parts = LoginParts.parse(part);
            assertThat(parts.decoded()).isEqualTo(decoded);
            assertThat(hex(parts)).isEqualTo(hex.substring(0, 2 * length));
        }
        assertThat(violations).isGreaterThanOrEqualTo(HandshakeResponse.SSL_REQUEST_LENGTH + 2);
    }

    @Test
    void random() {
        Random random = new Random(20260307);
        byte[][] seeds = logins().map(Capture::bytes).toArray(byte[][]::new);
        int good = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteBuf payload = Unpooled.wrappedBuffer(bytes);
            LoginParts parts;
            try {
                parts = LoginParts.parse(payload);
            } catch (ProtocolViolationException refused) {
                continue;
            }
            good++;
            assertThat(hex(parts)).isEqualTo(ByteBufUtil.hexDump(bytes));
            assertThat(parts.decoded()).isEqualTo(HandshakeResponse.decode(payload));
            changed(parts, new Capabilities(random.nextLong()));
        }
        assertThat(good).isGreaterThan(5_000);
    }

    /** Whatever flags are set or cleared, what comes out is a login with those flags and the other parts. */
    private static void changed(LoginParts parts, Capabilities flags) {
        LoginParts other = parts.withCapabilities(flags);
        if (!other.fits(other.authResponse())) {
            assertThatThrownBy(() -> hex(other)).isInstanceOf(IllegalStateException.class);
            return;
        }
        LoginParts again = parts(hex(other));
        assertThat(again.capabilities().low()).isEqualTo(flags.low());
        assertThat(again.user()).isEqualTo(parts.user());
        assertThat(again.authResponse()).isEqualTo(parts.authResponse());
        assertThat(again.zstdLevel()).isEqualTo(other.zstdLevel());
        if (flags.has(Capabilities.CONNECT_WITH_DB) && parts.database() != null) {
            assertThat(again.database()).isEqualTo(parts.database());
        }
        if (flags.has(Capabilities.CONNECT_ATTRS) && parts.attributes() != null) {
            assertThat(again.attributes()).isEqualTo(parts.attributes());
        }
    }

    @Test
    void ofTheMysqlProgram() {
        LoginParts parts = parts(MYSQL_ZSTD);
        assertThat(parts.capabilities().bits()).isEqualTo(0x1dbf_a28dL);
        assertThat(parts.maxPacketSize()).isEqualTo(0x100_0000);
        assertThat(parts.characterSet()).isEqualTo(255);
        assertThat(parts.user()).isEqualTo(ascii("app"));
        assertThat(parts.authResponse()).hasSize(32).startsWith(0xc7);
        assertThat(parts.database()).isEqualTo(ascii("shopdb"));
        assertThat(parts.authPlugin()).isEqualTo("caching_sha2_password");
        assertThat(parts.attributes()).hasSize(0x1b).startsWith(4, '_', 'p', 'i', 'd');
        assertThat(parts.zstdLevel()).isEqualTo(7);
        assertThat(parts(MYSQL_EMPTY).database()).isNull();
        assertThat(parts(MYSQL_EMPTY).zstdLevel()).isEqualTo(-1);
        assertThat(parts(MARIADB).capabilities().high()).isEqualTo(0x1d);
    }

    @Test
    void oneChangedPartLeavesTheOthersAsTheyCame() {
        assertThat(hex(parts(ODD).withUser(ascii("root")))).isEqualTo(ODD.replace("fcff00", "726f6f7400"));
        assertThat(hex(parts(ODD).withAuthPlugin("yy"))).isEqualTo(ODD.replace("7800", "797900"));
        assertThat(hex(parts(ODD).withDatabase(ascii("d")))).isEqualTo(ODD.replace("f6e400", "6400"));
        assertThat(hex(parts(ODD).withAuthResponse(new byte[] {1}))).isEqualTo(ODD.replace("fc0300aabbcc", "0101"));
        assertThat(hex(parts(MYSQL_ZSTD).withZstdLevel(22))).isEqualTo(MYSQL_ZSTD.replaceFirst("07$", "16"));
    }

    @Test
    void partsGoAndComeWithTheirFlags() {
        LoginParts parts = parts(MYSQL_ZSTD);
        LoginParts bare = parts.withCapabilities(parts.capabilities()
                .without(new Capabilities(Capabilities.CONNECT_WITH_DB
                        | Capabilities.CONNECT_ATTRS
                        | Capabilities.ZSTD_COMPRESSION_ALGORITHM)));
        assertThat(hex(bare))
                .isEqualTo("85a2af19" + MYSQL_ZSTD.substring(8, 138) + "63616368696e675f736861325f70617373776f726400");
        LoginParts full = bare.withCapabilities(parts.capabilities());
        assertThat(hex(full))
                .isEqualTo(MYSQL_ZSTD.substring(0, 138) + "00" + "63616368696e675f736861325f70617373776f726400" + "00"
                        + "03");
        assertThat(bare.withAttribute("a", "b")).extracting(LoginPartsTest::hex).isEqualTo(hex(bare));
        assertThat(bare.withZstdLevel(9).zstdLevel()).isEqualTo(-1);
        LoginParts nameless =
                bare.withCapabilities(bare.capabilities().without(new Capabilities(Capabilities.PLUGIN_AUTH)));
        assertThat(nameless.withAuthPlugin("x").authPlugin()).isEmpty();
        assertThat(hex(nameless.withDatabase(ascii("d")))).endsWith("e809" + "6400");
        assertThat(hex(nameless.withDatabase(ascii("d")).withDatabase(null))).isEqualTo(hex(nameless));
    }

    @Test
    void whatWasLeftOutIsThereWhenSomethingFollows() {
        String head = "88821800" + "00000001" + "21" + "00".repeat(23) + "7500" + "00";
        assertThat(hex(parts(head).withAttribute("a", "b"))).isEqualTo(head + "00" + "00" + "0401610162");
        assertThat(hex(parts(head + "6462").withAttribute("a", "b"))).isEqualTo(head + "646200" + "00" + "0401610162");
        assertThat(hex(parts(head + "6462").withUser(ascii("u")))).isEqualTo(head + "646200");
    }

    @Test
    void attributesAreAppended() {
        assertThat(hex(parts(ODD).withAttribute("_p", "q")))
                .isEqualTo(ODD.replace("fc0d00", "12").replace("dead", "025f700171dead"));
        LoginParts parts = parts(MYSQL_ZSTD).withAttribute("_proxy_name", "x".repeat(300));
        assertThat(parts.decoded().attributes())
                .isEqualTo(Map.of("_pid", "10721", "_os", "Linux", "k", "abc", "_proxy_name", "x".repeat(300)));
        assertThat(hex(parts)).endsWith("78".repeat(300) + "07");
    }

    @Test
    void attributesThatDoNotFitAreNotAdded() {
        LoginParts parts = parts(MYSQL_EMPTY);
        // 11 bytes are there; name and length of the value are six
        LoginParts full = parts.withAttribute("a", "x".repeat(0xffff - 11 - 5));
        assertThat(full.attributes()).hasSize(0xffff);
        assertThat(hex(parts(hex(full)))).isEqualTo(hex(full));
        assertThat(parts.withAttribute("a", "x".repeat(0xffff - 11 - 4)).attributes())
                .hasSize(11);
        LoginParts many = parts;
        for (int i = 0; i < 600; i++) {
            many = many.withAttribute("a" + i, "");
        }
        assertThat(parts(hex(many)).decoded().attributes()).hasSize(512);
    }

    @Test
    void longAnswersNeedTheirFlag() {
        byte[] password = new byte[300];
        Arrays.fill(password, (byte) 'p');
        LoginParts parts = parts(MYSQL_EMPTY);
        assertThat(parts(hex(parts.withAuthResponse(password))).authResponse()).isEqualTo(password);
        LoginParts shorter = parts.withCapabilities(
                parts.capabilities().without(new Capabilities(Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA)));
        assertThat(shorter.fits(password)).isFalse();
        assertThat(shorter.fits(new byte[255])).isTrue();
        assertThat(parts(hex(shorter.withAuthResponse(new byte[255]))).authResponse())
                .hasSize(255);
        LoginParts refused = shorter.withAuthResponse(password);
        assertThatThrownBy(() -> hex(refused))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("300 bytes");
        LoginParts ended = shorter.withCapabilities(
                shorter.capabilities().without(new Capabilities(Capabilities.SECURE_CONNECTION)));
        assertThat(ended.fits(password)).isTrue();
        assertThat(parts(hex(ended.withAuthResponse(password))).authResponse()).isEqualTo(password);
        assertThat(ended.fits(new byte[1])).isFalse();
    }

    @Test
    void sslRequests() {
        ByteBuf out = Unpooled.buffer();
        parts(MARIADB).encodeSslRequest(out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("8caabf00" + MARIADB.substring(8, 64));
    }

    @Test
    void extendedFlagsAreWrittenWhereTheFlagsSaySo() {
        LoginParts parts = parts(MARIADB);
        assertThat(hex(parts.withCapabilities(parts.capabilities().with(Capabilities.LONG_PASSWORD))))
                .startsWith("8da2bf00" + "00000001" + "21" + ZEROS + "00000000");
        assertThat(hex(parts.withCapabilities(
                        parts.capabilities().without(new Capabilities(Capabilities.MARIADB_CACHE_METADATA)))))
                .isEqualTo(MARIADB.replace("1d000000", "0d000000"));
    }

    @Test
    void namesHaveNoNul() {
        LoginParts parts = parts(MARIADB);
        assertThatIllegalArgumentException().isThrownBy(() -> parts.withUser(new byte[] {'a', 0}));
        assertThatIllegalArgumentException().isThrownBy(() -> parts.withDatabase(new byte[] {0}));
        assertThatIllegalArgumentException().isThrownBy(() -> parts.withAuthPlugin("a\0"));
    }

    @Test
    void answersAreNotPrintedAndCanBeWiped() {
        LoginParts parts = parts(MYSQL_ZSTD);
        assertThat(parts.toString()).contains("app").doesNotContain("c76e").doesNotContain("-57");
        parts.wipe();
        assertThat(parts.authResponse()).containsOnly(0);
        assertThat(hex(parts)).doesNotContain("c76e2898").contains("73686f70646200");
    }

    @Test
    void tooManyAttributeBytes() {
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(Capture.bytes(MYSQL_EMPTY.substring(0, MYSQL_EMPTY.length() - 24)));
        Wire.writeLenEnc(out, 70_000);
        out.writeZero(70_000);
        assertThatThrownBy(() -> LoginParts.parse(out)).isInstanceOf(ProtocolViolationException.class);
    }
}
