package dev.mysqlproxy.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultReaderTest {

    private static ResultReader read(String file, String title, boolean binary) {
        Capture capture = Capture.find(file, title);
        return ResultReader.of(
                ResultReader.cut(Unpooled.wrappedBuffer(capture.reply())), capture.capabilities(), binary);
    }

    private static List<List<String>> texts(ResultReader reader) {
        List<List<String>> rows = new ArrayList<>();
        for (List<byte[]> row : reader.rows()) {
            rows.add(row.stream()
                    .map(value -> value == null ? null : new String(value, StandardCharsets.UTF_8))
                    .toList());
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql-classic", "mysql-deprecate-eof", "mariadb-classic", "mariadb-deprecate-eof"})
    void textAndBinaryRows(String file) {
        List<List<String>> rows = List.of(
                Arrays.asList("1", "1", "a"),
                Arrays.asList("2", null, ""),
                Arrays.asList("3", "3", null),
                Arrays.asList("4", "4", "dd"),
                Arrays.asList("5", "5", "e"));
        ResultReader text = read(file, "COM_QUERY: select id,n,s from t order by id", false);
        assertThat(texts(text)).isEqualTo(rows);
        assertThat(text.columns()).extracting(ColumnDefinition::name).containsExactly("id", "n", "s");
        assertThat(text.columns()).extracting(ColumnDefinition::table).containsOnly("t");
        ResultReader binary = read(file, "COM_STMT_EXECUTE: three rows", true);
        assertThat(texts(binary)).isEqualTo(rows.subList(1, 4));
    }

    @ParameterizedTest
    @CsvSource({
        "COM_QUERY: do 1, false",
        "COM_QUERY: selec 1, false",
        "COM_QUERY: LOCAL INFILE into a table that is not there, false",
        "COM_QUERY: select id from t where id>100, false",
        "COM_STMT_EXECUTE: read-only cursor, true",
        "COM_STMT_EXECUTE: cursor for a statement that fails, true",
    })
    void noRows(String title, boolean binary) {
        for (String file : List.of("mysql-classic", "mysql-deprecate-eof")) {
            assertThat(texts(read(file, title, binary))).isEmpty();
        }
    }

    @Test
    void onlyTheFirstResultSet() {
        ResultReader two = read("mysql-classic", "COM_QUERY: call two()", false);
        assertThat(texts(two)).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void rowsBeforeAnError() {
        for (String file : List.of("mysql-classic", "mariadb-deprecate-eof")) {
            assertThat(texts(read(file, "COM_QUERY: error after three rows", false)))
                    .hasSize(3);
            assertThat(texts(read(file, "COM_STMT_EXECUTE: error after three rows", true)))
                    .hasSize(3);
        }
    }

    @Test
    void withoutMetadataThereAreNoColumns() {
        for (String file : List.of("mysql-optional-metadata", "mysql-optional-metadata-deprecate-eof")) {
            ResultReader reader = read(file, "COM_QUERY: NONE, rows", false);
            assertThat(reader.columns()).isEmpty();
            assertThat(reader.lastRow() - reader.firstRow()).isEqualTo(5);
            assertThat(texts(read(file, "COM_QUERY: FULL, rows", false))).hasSize(5);
        }
        // MariaDB sent them with the answer to COM_STMT_PREPARE
        ResultReader cached = read("mariadb-extended-deprecate-eof", "COM_STMT_EXECUTE: three rows", true);
        assertThat(cached.columns()).isEmpty();
        assertThat(cached.lastRow() - cached.firstRow()).isEqualTo(3);
    }

    @Test
    void progressReportsAreLeftOut() {
        Capture capture = Capture.find("mariadb-progress", "COM_QUERY: rows of CHECK TABLE");
        List<byte[]> packets = new ArrayList<>();
        for (byte[] packet : ResultReader.cut(Unpooled.wrappedBuffer(capture.reply()))) {
            packets.add(Capture.bytes("ffffff0102040000000d456e61626c696e67206b657973"));
            packets.add(packet);
        }
        ResultReader reader = ResultReader.of(packets, capture.capabilities(), false);
        assertThat(texts(reader)).hasSize(2).allMatch(row -> row.get(1).equals("check"));
        assertThat(reader.packets()).hasSize(packets.size() / 2);
    }

    @Test
    void extendedMetadata() {
        ResultReader reader = read("mariadb-extended-deprecate-eof", "COM_QUERY: types with extended metadata", false);
        assertThat(reader.columns()).extracting(ColumnDefinition::name).containsExactly("g", "j", "u", "i");
        assertThat(texts(reader).get(0).subList(1, 4))
                .containsExactly("{\"a\":1}", "123e4567-e89b-12d3-a456-426614174000", "::1");
    }

    @Test
    void joinsParts() {
        for (Capture capture : Capture.load("mysql-huge")) {
            if (capture.code() != CommandCode.COM_QUERY) {
                continue;
            }
            ResultReader reader = ResultReader.of(
                    ResultReader.cut(Unpooled.wrappedBuffer(capture.reply())), capture.capabilities(), false);
            int rows = 0;
            for (List<byte[]> row : reader.rows()) {
                assertThat(row).hasSameSizeAs(reader.columns());
                rows++;
            }
            assertThat(rows)
                    .as(capture.title())
                    .isEqualTo(Integer.parseInt(capture.expected().get("rows")));
        }
    }

    /** A reply that lost a packet is refused or read as far as it goes. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql-classic", "mariadb-extended-deprecate-eof"})
    void repliesThatLackAPacket(String file) {
        for (Capture capture : Capture.load(file)) {
            if (capture.code() != CommandCode.COM_QUERY && capture.code() != CommandCode.COM_STMT_EXECUTE) {
                continue;
            }
            List<byte[]> whole = ResultReader.cut(Unpooled.wrappedBuffer(capture.reply()));
            for (int i = 0; i < whole.size() && i < 20; i++) {
                List<byte[]> packets = new ArrayList<>(whole);
                packets.remove(i);
                try {
                    ResultReader reader = ResultReader.of(
                            packets, capture.capabilities(), capture.code() == CommandCode.COM_STMT_EXECUTE);
                    assertThat(texts(reader)).hasSizeLessThanOrEqualTo(packets.size());
                } catch (ProtocolViolationException refused) {
                    assertThat(refused.getMessage()).isNotBlank();
                }
            }
        }
    }

    @Test
    void truncatedReplies() {
        byte[] reply = Capture.find("mysql-classic", "COM_QUERY: call two()").reply();
        for (int length = 0; length < reply.length; length++) {
            ByteBuf part = Unpooled.wrappedBuffer(reply, 0, length);
            try {
                assertThat(ResultReader.cut(part)).hasSizeLessThan(30);
            } catch (ProtocolViolationException refused) {
                assertThat(refused).hasMessage("packet ends inside a reply");
            }
        }
        assertThatThrownBy(() -> ResultReader.cut(Unpooled.wrappedBuffer(reply, 0, 3)))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void cutLeavesTheBufferAlone() {
        ByteBuf reply = Unpooled.wrappedBuffer(
                Capture.find("mysql-classic", "COM_QUERY: do 1").reply());
        assertThat(ResultReader.cut(reply)).hasSize(1);
        assertThat(reply.readerIndex()).isZero();
        assertThat(ResultReader.of(List.of(), Capabilities.NONE, false).columns())
                .isEmpty();
    }
}
