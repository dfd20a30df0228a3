package dev.mysqlproxy.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GreetingTest {

    /** Of a real MySQL 9.7. */
    private static final String MYSQL_97 = "0a392e372e342d3200e7950800071b55463b01700c00ffffff0200ffdf1500000000000000"
            + "000000" + "0845692c7f612d4508591c750063616368696e675f736861325f70617373776f726400";

    /** Of a real MariaDB 11.4. */
    private static final String MARIADB_114 =
            "0a31312e342e352d4d6172696144422d6c6f670038000000434e4033214b356700feff2d0200ff81150000000000001d000000"
                    + "282f512e2e3c26466e772d74006d7973716c5f6e61746976655f70617373776f726400";

    /** Made by hand, as MySQL 5.5 sent them. */
    private static final String MYSQL_55 =
            "0a352e352e363200" + "2a000000" + "3132333435363738" + "00" + "fff7" + "08" + "0200"
                    + "0f80" + "15" + "00000000000000000000" + "393031323334353637383930" + "00"
                    + "6d7973716c5f6e61746976655f70617373776f7264" + "00";

    private static ByteBuf payload(String hex) {
        return Unpooled.wrappedBuffer(Capture.bytes(hex));
    }

    @Test
    void ofMySql() {
        ByteBuf payload = payload(MYSQL_97);
        Greeting greeting = Greeting.decode(payload);
        assertThat(payload.readerIndex()).isZero();
        assertThat(greeting.serverVersion()).isEqualTo("9.7.4-2");
        assertThat(greeting.threadId()).isEqualTo(0x895e7);
        assertThat(greeting.authData()).isEqualTo(Capture.bytes("071b55463b01700c0845692c7f612d4508591c75"));
        assertThat(greeting.capabilities().bits()).isEqualTo(0xdfff_ffffL);
        assertThat(greeting.characterSet()).isEqualTo(255);
        assertThat(greeting.status()).isEqualTo(2);
        assertThat(greeting.authPlugin()).isEqualTo("caching_sha2_password");
        assertThat(greeting).hasToString("Greeting[9.7.4-2, thread 562663, caching_sha2_password, 0xdfffffff]");
    }

    @Test
    void ofMariaDb() {
        Greeting greeting = Greeting.decode(payload(MARIADB_114));
        assertThat(greeting.serverVersion()).isEqualTo("11.4.5-MariaDB-log");
        assertThat(greeting.capabilities().bits()).isEqualTo(0x1d_81ff_fffeL);
        assertThat(greeting.authData()).hasSize(20);
        assertThat(greeting.authPlugin()).isEqualTo("mysql_native_password");
    }

    /** MariaDB 10 and, when told to, later ones hide their version so. */
    @Test
    void ofMariaDbWithAPrefix() {
        String hex =
                MARIADB_114.replace("31312e342e352d4d6172696144422d6c6f67", "352e352e352d31322e302e322d4d617269614442");
        Greeting greeting = Greeting.decode(payload(hex));
        assertThat(greeting.serverVersion()).isEqualTo("5.5.5-12.0.2-MariaDB");
        assertThat(greeting.capabilities().high()).isEqualTo(0x1d);
    }

    @Test
    void ofMySql55() {
        Greeting greeting = Greeting.decode(payload(MYSQL_55));
        assertThat(greeting.serverVersion()).isEqualTo("5.5.62");
        assertThat(greeting.threadId()).isEqualTo(42);
        assertThat(new String(greeting.authData(), StandardCharsets.US_ASCII)).isEqualTo("12345678901234567890");
        assertThat(greeting.capabilities().bits()).isEqualTo(0x800f_f7ffL);
        assertThat(greeting.authPlugin()).isEqualTo("mysql_native_password");
    }

    /** 5.5.7 to 5.5.9 sent no NUL after the name; earlier ones no name and 0 as the nonce's length. */
    @Test
    void ofOlderMySql() {
        Greeting noNul = Greeting.decode(payload(MYSQL_55.substring(0, MYSQL_55.length() - 2)));
        assertThat(noNul.authPlugin()).isEqualTo("mysql_native_password");
        Greeting noName = Greeting.decode(payload("0a352e312e373300" + "2a000000" + "3132333435363738" + "00" + "fff7"
                + "080200" + "0000" + "00" + "00000000000000000000" + "393031323334353637383930" + "00"));
        assertThat(new String(noName.authData(), StandardCharsets.US_ASCII)).isEqualTo("12345678901234567890");
        assertThat(noName.authPlugin()).isEmpty();
        Greeting shortest = Greeting.decode(payload("0a34" + "00" + "2a000000" + "3132333435363738" + "00" + "0020"));
        assertThat(shortest.authData()).hasSize(8);
        assertThat(shortest.capabilities().bits()).isEqualTo(0x2000);
    }

    @ParameterizedTest
    @ValueSource(strings = {MYSQL_97, MARIADB_114})
    void encodedAsItWas(String hex) {
        ByteBuf out = Unpooled.buffer();
        Greeting greeting = Greeting.decode(payload(hex));
        greeting.encode(out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex);
        assertThat(Greeting.decode(out)).isEqualTo(greeting).hasSameHashCodeAs(greeting);
    }

    @ParameterizedTest
    @ValueSource(strings = {MYSQL_97, MARIADB_114})
    void maskChangesNothingButTheFlags(String hex) {
        Greeting before = Greeting.decode(payload(hex));
        ByteBuf masked = Unpooled.wrappedBuffer(new byte[5], Capture.bytes(hex)).skipBytes(5);
        Greeting.mask(masked, Capabilities.RELAYED);
        Greeting after = Greeting.decode(masked);
        assertThat(after.capabilities()).isEqualTo(before.capabilities().and(Capabilities.RELAYED));
        assertThat(after.capabilities()).isNotEqualTo(before.capabilities());
        ByteBuf out = Unpooled.buffer();
        new Greeting(
                        before.serverVersion(),
                        before.threadId(),
                        before.authData(),
                        after.capabilities(),
                        before.characterSet(),
                        before.status(),
                        before.authPlugin())
                .encode(out);
        assertThat(ByteBufUtil.hexDump(masked)).isEqualTo(ByteBufUtil.hexDump(out));
    }

    @Test
    void maskOfMySqlLeavesTheFillerAlone() {
        ByteBuf payload = payload(MYSQL_97);
        Greeting.mask(payload, new Capabilities(-1));
        assertThat(ByteBufUtil.hexDump(payload)).isEqualTo(MYSQL_97);
    }

    @Test
    void maskOfAShortGreeting() {
        ByteBuf payload = payload("0a34" + "00" + "2a000000" + "3132333435363738" + "00" + "ffff");
        Greeting.mask(payload, new Capabilities(Capabilities.PROTOCOL_41));
        assertThat(Greeting.decode(payload).capabilities().bits()).isEqualTo(Capabilities.PROTOCOL_41);
    }

    @Test
    void otherProtocols() {
        assertThatThrownBy(() -> Greeting.decode(payload("09352e30")))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("protocol 9");
        assertThatThrownBy(() -> Greeting.decode(payload("48545450"))).isInstanceOf(ProtocolViolationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {MYSQL_97, MARIADB_114, MYSQL_55})
    void truncated(String hex) {
        byte[] whole = Capture.bytes(hex);
        for (int length = 0; length < whole.length; length++) {
            ByteBuf part = Unpooled.copiedBuffer(whole, 0, length);
            try {
                assertThat(Greeting.decode(part).serverVersion()).isNotEmpty();
            } catch (ProtocolViolationException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
            try {
                Greeting.mask(part, Capabilities.RELAYED);
                assertThat(part.readableBytes()).isEqualTo(length);
            } catch (ProtocolViolationException refused) {
                assertThat(refused).hasMessage("packet ends inside the greeting");
            }
        }
    }
}
