package dev.mysqlproxy.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.codec.QueryAttributes.Value;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExecuteParametersTest {

    private static final BitSet NONE = new BitSet();
    private static final String HEAD = "170100000000" + "01000000";
    private static final String COUNTED = "170100000008" + "01000000";

    private static ByteBuf payload(String... hex) {
        return Unpooled.wrappedBuffer(Capture.bytes(String.join("", hex)));
    }

    private static List<Optional<String>> texts(String... values) {
        return Stream.of(values).map(Optional::ofNullable).toList();
    }

    @Test
    void valuesOfAllKinds() {
        // unsigned tiny, long, NULL, varchar, datetime, and one of the type NULL
        String types = "0180" + "0300" + "fd00" + "fd00" + "0c00" + "0600";
        ByteBuf payload = payload(HEAD, "04", "01", types, "c8", "feffffff", "03616263", "04e807021d");
        ExecuteParameters execution = ExecuteParameters.decode(payload, 6, false, null, NONE);
        assertThat(execution.values()).isEqualTo(texts("200", "-2", null, "abc", "2024-02-29 00:00:00", null));
        assertThat(execution.attributes()).isEmpty();
        assertThat(payload.readerIndex()).isZero();
    }

    @Test
    void typesHoldUntilOthersAreBound() {
        ExecuteParameters first =
                ExecuteParameters.decode(payload(HEAD, "00", "01", "0100", "05"), 1, false, null, NONE);
        assertThat(first.values()).isEqualTo(texts("5"));
        ByteBuf again = payload(HEAD, "00", "00", "07");
        assertThat(ExecuteParameters.decode(again, 1, false, first.binding(), NONE)
                        .values())
                .isEqualTo(texts("7"));
        assertThat(ExecuteParameters.decode(again, 1, false, null, NONE).values())
                .isEmpty();
        assertThat(ExecuteParameters.bound(again, 1, false, first.binding())).isSameAs(first.binding());
    }

    @Test
    void longDataHasNoBytesHere() {
        BitSet second = new BitSet();
        second.set(1);
        ByteBuf payload = payload(HEAD, "00", "01", "0100", "fc00", "0100", "05", "06");
        assertThat(ExecuteParameters.decode(payload, 3, false, null, second).values())
                .isEqualTo(texts("5", ExecuteParameters.LONG_DATA, "6"));
    }

    @Test
    void attributesComeBehindTheParameters() {
        // two parameters, the first by COM_STMT_SEND_LONG_DATA, then the attribute trace
        ByteBuf payload = payload(
                COUNTED,
                "03",
                "00",
                "01",
                "fc00" + "00",
                "0100" + "00",
                "fe00" + "05" + "7472616365",
                "07",
                "03616263");
        BitSet first = new BitSet();
        first.set(0);
        ExecuteParameters execution = ExecuteParameters.decode(payload, 2, true, null, first);
        assertThat(execution.values()).isEqualTo(texts(ExecuteParameters.LONG_DATA, "7"));
        assertThat(execution.attributes()).containsExactly(new Value("trace", Optional.of("abc")));
        // the same types once more
        ByteBuf again = payload(COUNTED, "03", "00", "00", "01" + "78", "09", "0179");
        ExecuteParameters next = ExecuteParameters.decode(again, 2, true, execution.binding(), NONE);
        assertThat(next.values()).isEqualTo(texts("x", "9"));
        assertThat(next.attributes()).containsExactly(new Value("trace", Optional.of("y")));
    }

    @Test
    void onlyAttributes() {
        ByteBuf payload = payload(COUNTED, "01", "00", "01", "fe00" + "016e", "0161");
        assertThat(ExecuteParameters.decode(payload, 0, true, null, NONE).attributes())
                .containsExactly(new Value("n", Optional.of("a")));
        assertThat(ExecuteParameters.decode(payload(HEAD), 0, true, null, NONE).attributes())
                .isEmpty();
    }

    @Test
    void fewerThanTheStatementHas() {
        assertThatThrownBy(() -> ExecuteParameters.decode(payload(COUNTED, "01", "00", "01"), 2, true, null, NONE))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(13);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            try {
                ExecuteParameters.decode(
                        Unpooled.wrappedBuffer(bytes), random.nextInt(4), random.nextBoolean(), null, NONE);
            } catch (ProtocolViolationException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }
}
