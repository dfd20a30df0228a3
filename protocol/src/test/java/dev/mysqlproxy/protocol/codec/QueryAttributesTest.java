package dev.mysqlproxy.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.codec.QueryAttributes.Value;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryAttributesTest {

    /** What the mysql 9.7 program sends after {@code query_attributes n1 v1 trace 4bf92f35}. */
    private static final String OF_CLIENT =
            "0302010001fe00026e31fe0005747261636502763108346266393266333573656c6563742031";

    /** Attributes of many types, as MySQL 9.7 understood them. */
    private static final String MANY_TYPES = "030b01020001fe0001730600016e01000474696e790180057574696e790300046c6f6e67"
            + "0880026c6c05000364626c0a0004646174650c000264740b0002746d040003666c740474657874fffffbffffffffffffffffffff"
            + "ff000000000000f83f04e807021d0be807021d01020340e20100080101000000020304cdcccc3d73656c656374";

    private static ByteBuf payload(String hex) {
        return Unpooled.wrappedBuffer(Capture.bytes(hex));
    }

    private static String statement(String hex) {
        ByteBuf payload = payload(hex);
        int end = QueryAttributes.decode(payload).end();
        assertThat(payload.readerIndex()).isZero();
        return payload.toString(end, payload.readableBytes() - end, StandardCharsets.UTF_8);
    }

    private static Value value(String name, String text) {
        return new Value(name, Optional.ofNullable(text));
    }

    @Test
    void ofTheMysqlProgram() {
        assertThat(QueryAttributes.decode(payload(OF_CLIENT)).values())
                .containsExactly(value("n1", "v1"), value("trace", "4bf92f35"));
        assertThat(statement(OF_CLIENT)).isEqualTo("select 1");
        assertThat(QueryAttributes.decode(payload("03000173656c6563742031")).values())
                .isEmpty();
        assertThat(statement("03000173656c6563742031")).isEqualTo("select 1");
    }

    @Test
    void typesAndNulls() {
        assertThat(QueryAttributes.decode(payload(MANY_TYPES)).values())
                .containsExactly(
                        value("s", "text"),
                        value("n", null),
                        value("tiny", "-1"),
                        value("utiny", "255"),
                        value("long", "-5"),
                        value("ll", "18446744073709551615"),
                        value("dbl", "1.5"),
                        value("date", "2024-02-29"),
                        value("dt", "2024-02-29 01:02:03.123456"),
                        value("tm", "-26:03:04"),
                        value("flt", "0.1"));
        assertThat(statement(MANY_TYPES)).isEqualTo("select");
    }

    @Test
    void payloadsThatBeginLater() {
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[] {9, 9, 9}, Capture.bytes(OF_CLIENT));
        payload.skipBytes(3);
        assertThat(QueryAttributes.decode(payload)).isEqualTo(QueryAttributes.decode(payload(OF_CLIENT)));
    }

    /** COM_STMT_EXECUTE: markers have no names, attributes have; the flag 0x08 says that there may be any. */
    @Test
    void ofExecute() {
        String head = "17" + "01000000";
        String parameters = "0200" + "01" + "0300" + "00" + "fe00" + "0161" + "2a000000" + "0162";
        assertThat(QueryAttributes.decode(payload(head + "08" + "01000000" + parameters))
                        .values())
                .containsExactly(value("a", "b"));
        assertThat(QueryAttributes.decode(payload(head + "00" + "01000000" + parameters))
                        .values())
                .isEmpty();
        assertThat(QueryAttributes.decode(payload(head + "08" + "01000000" + "00"))
                        .values())
                .isEmpty();
        assertThat(QueryAttributes.decode(payload(head + "08" + "01000000" + "01" + "00" + "00" + "2a000000"))
                        .values())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0300",
        "030002",
        "030000",
        "03ff01",
        "03fb01",
        "03feffffffffffffffff01",
        "03fd00000101",
        "0301",
        "030101",
        "03010100",
        "0301010001",
        "0301010001fe",
        "0301010001fe0005",
        "0301010001fe000161",
        "0301010001fe00016105",
        "17",
        "17010000000801",
        "170100000008010000000100",
        "1701000000080100000001",
    })
    void malformedBlocks(String hex) {
        assertThatThrownBy(() -> QueryAttributes.decode(payload(hex))).isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(3);
        byte[] good = Capture.bytes(MANY_TYPES);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Arrays.copyOf(good, 1 + random.nextInt(good.length));
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            bytes[0] = (byte) (random.nextBoolean() ? 0x03 : 0x17);
            try {
                assertThat(QueryAttributes.decode(Unpooled.wrappedBuffer(bytes)).end())
                        .isBetween(1, bytes.length);
            } catch (ProtocolViolationException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void anotherStatementWithTheSameAttributes() {
        byte[] payload =
                QueryAttributes.encodeQuery("\u0003select 2".getBytes(StandardCharsets.US_ASCII), payload(OF_CLIENT));
        assertThat(payload).isEqualTo(Capture.bytes(OF_CLIENT.substring(0, OF_CLIENT.length() - 2) + "32"));
    }

    @Test
    void anotherStatementWithoutAttributes() {
        byte[] none = Capture.bytes("03000178");
        byte[] statement = {3, 'x'};
        assertThat(QueryAttributes.encodeQuery(statement, null)).isEqualTo(none);
        assertThat(QueryAttributes.encodeQuery(statement, payload("0e"))).isEqualTo(none);
        assertThat(QueryAttributes.encodeQuery(statement, payload("030001" + "79")))
                .isEqualTo(none);
    }

    @Test
    void valuesAreInOrder() {
        List<Value> values = QueryAttributes.decode(payload(OF_CLIENT)).values();
        assertThat(values).extracting(Value::name).containsExactly("n1", "trace");
    }
}
