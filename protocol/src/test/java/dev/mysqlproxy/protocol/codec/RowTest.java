package dev.mysqlproxy.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowTest {

    private static final int FLOAT = 4;
    private static final int DOUBLE = 5;
    private static final int VAR_STRING = 253;

    /** Rows of the servers' types, once as text and once in binary. */
    static Stream<Arguments> captures() {
        List<Arguments> all = new ArrayList<>();
        for (String file : Capture.VALUES) {
            for (Capture capture : Capture.load(file)) {
                all.add(Arguments.of(capture, capture.title().endsWith(", binary")));
            }
        }
        return all.stream();
    }

    private static ResultReader reader(Capture capture, boolean binary) {
        return ResultReader.of(
                ResultReader.cut(Unpooled.wrappedBuffer(capture.reply())), capture.capabilities(), binary);
    }

    private static List<byte[]> rows(ResultReader reader) {
        return reader.packets().subList(reader.firstRow(), reader.lastRow());
    }

    private static byte[] written(Row row) {
        ByteBuf out = Unpooled.buffer();
        row.write(out);
        return ByteBufUtil.getBytes(out);
    }

    private static Row read(
            List<ColumnDefinition> columns, List<ColumnDefinition> shown, boolean binary, byte[] packet) {
        Row row = new Row(columns, shown, binary);
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {9, 9, 9}, packet, new byte[] {9});
        in.skipBytes(3);
        row.read(in, packet.length);
        assertThat(in.readableBytes()).isEqualTo(1);
        return row;
    }

    private static List<byte[]> copy(Iterable<byte[]> values) {
        List<byte[]> copies = new ArrayList<>();
        values.forEach(value -> copies.add(value == null ? null : value.clone()));
        return copies;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("captures")
    void isWrittenAsItWasRead(Capture capture, boolean binary) {
        ResultReader reader = reader(capture, binary);
        List<List<byte[]>> values = new ArrayList<>();
        reader.rows().forEach(values::add);
        int i = 0;
        for (byte[] packet : rows(reader)) {
            Row row = read(reader.columns(), reader.columns(), binary, packet);
            assertThat(written(row)).isEqualTo(packet);
            assertThat(row).usingElementComparator(Arrays::compare).containsExactlyElementsOf(values.get(i++));
            assertThat(written(row)).as("after it was looked at").isEqualTo(packet);
            row.setAll(row);
            assertThat(written(row)).isEqualTo(packet);
        }
        assertThat(i).isPositive();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("captures")
    void everyValueCanBeWrittenAnew(Capture capture, boolean binary) {
        ResultReader reader = reader(capture, binary);
        for (byte[] packet : rows(reader)) {
            Row row = read(reader.columns(), reader.columns(), binary, packet);
            List<byte[]> texts = copy(row);
            row.setAll(texts);
            Row again = read(reader.columns(), reader.columns(), binary, written(row));
            assertThat(again).usingElementComparator(Arrays::compare).containsExactlyElementsOf(texts);
            // as text they may have fewer digits
            if (reader.columns().stream().noneMatch(column -> column.type() == FLOAT || column.type() == DOUBLE)) {
                assertThat(written(row)).isEqualTo(packet);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("captures")
    void everyTypeCanBeShownAsText(Capture capture, boolean binary) {
        ResultReader reader = reader(capture, binary);
        List<ColumnDefinition> text = reader.columns().stream()
                .map(column -> PacketWriter.column(column.name(), VAR_STRING, 1024))
                .toList();
        for (byte[] packet : rows(reader)) {
            Row row = read(reader.columns(), text, binary, packet);
            Row again = read(text, text, binary, written(row));
            assertThat(again).usingElementComparator(Arrays::compare).containsExactlyElementsOf(copy(row));
        }
    }

    private static final List<ColumnDefinition> TWO =
            List.of(PacketWriter.column("a", VAR_STRING, 9), PacketWriter.column("b", VAR_STRING, 9));

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void valuesAreSetToWhatIsWantedAndToNull() {
        byte[] packet = Capture.bytes("0161fb");
        Row row = read(TWO, TWO, false, packet);
        assertThat(row.set(0, null)).isEqualTo(ascii("a"));
        assertThat(row.set(1, ascii("xyz"))).isNull();
        assertThat(written(row)).isEqualTo(Capture.bytes("fb0378797a"));
        row = read(TWO, TWO, false, packet);
        row.setAll(Arrays.asList(null, ascii("z")));
        assertThat(written(row)).isEqualTo(Capture.bytes("fb017a"));
        row = read(TWO, TWO, false, packet);
        row.setAll(Arrays.asList(row.get(0), null));
        assertThat(written(row)).isEqualTo(packet);
    }

    @Test
    void binaryNulls() {
        Row row = read(TWO, TWO, true, Capture.bytes("00080161"));
        assertThat(row.get(1)).isNull();
        row.set(0, null);
        row.set(1, ascii("b"));
        assertThat(written(row)).isEqualTo(Capture.bytes("00040162"));
    }

    @Test
    void asManyValuesAsColumns() {
        Row row = read(TWO, TWO, false, Capture.bytes("0161fb"));
        assertThatThrownBy(() -> row.setAll(List.of(ascii("a")))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Row(TWO, TWO.subList(0, 1), false)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatItsColumnCannotHold() {
        List<ColumnDefinition> number = List.of(PacketWriter.column("n", 3, 11));
        Row row = read(number, number, true, Capture.bytes("000007000000"));
        row.set(0, ascii("abc"));
        assertThatThrownBy(() -> row.write(Unpooled.buffer()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'abc' is no value of a column of type 3");
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(12);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            List<ColumnDefinition> columns = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                columns.add(PacketWriter.column("c", random.nextInt(256), 9));
            }
            boolean binary = random.nextBoolean();
            try {
                Row row = new Row(columns, columns, binary);
                row.read(Unpooled.wrappedBuffer(bytes), bytes.length);
                copy(row);
                row.write(Unpooled.buffer());
            } catch (ProtocolViolationException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void aRowDoesNotReachIntoTheNextPacket() {
        ByteBuf in = Unpooled.wrappedBuffer(Capture.bytes("016103626364"));
        assertThatThrownBy(() -> new Row(TWO, TWO, false).read(in, 4)).isInstanceOf(ProtocolViolationException.class);
    }
}
