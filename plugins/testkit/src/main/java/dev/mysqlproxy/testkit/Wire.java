package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.ResultView;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Payloads of the packets that fakes show to hooks.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html">Client/Server Protocol</a>
 */
final class Wire {

    /** Bytes of a packet's header. */
    static final int HEADER = 4;

    private static final int AUTOCOMMIT = 2;
    private static final int NULL = 0xfb;
    /** LONG_PASSWORD, FOUND_ROWS, LONG_FLAG, WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH. */
    private static final long CAPABILITIES = 0x0008a20fL;

    private static final int VAR_STRING = 253;

    private static final String METHOD = "mysql_native_password";
    private static final String NONCE = "abcdefghijklmnopqrst";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A HandshakeV10. */
    static byte[] greeting(String version, long threadId) {
        return new Wire()
                .number(10, 1)
                .text(version)
                .number(0, 1)
                .number(threadId, 4)
                .text(NONCE.substring(0, 8))
                .number(0, 1)
                .number(CAPABILITIES & 0xffff, 2)
                .number(255, 1)
                .number(AUTOCOMMIT, 2)
                .number(CAPABILITIES >> 16, 2)
                .number(NONCE.length() + 1L, 1)
                .number(0, 8)
                .number(0, 2)
                .text(NONCE.substring(8))
                .number(0, 1)
                .text(METHOD)
                .number(0, 1)
                .toBytes();
    }

    /** A HandshakeResponse41 with an empty password. */
    static byte[] login(String user, String schema) {
        return new Wire()
                .number(CAPABILITIES, 4)
                .number(0x1000000, 4)
                .number(255, 1)
                .number(0, 8)
                .number(0, 8)
                .number(0, 7)
                .text(user)
                .number(0, 1)
                .number(0, 1)
                .text(schema)
                .number(0, 1)
                .text(METHOD)
                .number(0, 1)
                .toBytes();
    }

    /** The user of a HandshakeResponse41. */
    static String userOf(byte[] login) {
        Cursor cursor = new Cursor(login);
        cursor.bytes(32);
        return cursor.terminated();
    }

    static byte[] ok(Reply.Ok ok) {
        return new Wire()
                .number(0, 1)
                .length(ok.affectedRows())
                .length(ok.lastInsertId())
                .number(AUTOCOMMIT, 2)
                .number(ok.warnings(), 2)
                .text(ok.info())
                .toBytes();
    }

    static byte[] error(Reply.Err error) {
        return new Wire()
                .number(0xff, 1)
                .number(error.code(), 2)
                .text("#" + error.sqlState() + error.message())
                .toBytes();
    }

    static byte[] eof() {
        return new Wire().number(0xfe, 1).number(0, 2).number(AUTOCOMMIT, 2).toBytes();
    }

    /** The answer to a COM_STMT_PREPARE: numbers, a column for each parameter; those of its result are not told. */
    static List<byte[]> prepared(int statement, int parameters) {
        List<byte[]> packets = new ArrayList<>();
        packets.add(new Wire()
                .number(0, 1)
                .number(statement, 4)
                .number(0, 2)
                .number(parameters, 2)
                .number(0, 1)
                .number(0, 2)
                .toBytes());
        for (int at = 0; at < parameters; at++) {
            packets.add(column(new ResultView.Column("?", "", "", "", "", VAR_STRING, 255, 0)));
        }
        if (parameters > 0) {
            packets.add(eof());
        }
        return packets;
    }

    /** The arguments of a COM_STMT_EXECUTE whose parameters are strings; null for NULL. */
    static byte[] execution(int statement, List<String> parameters) {
        Wire wire = new Wire().number(statement, 4).number(0, 1).number(1, 4);
        if (!parameters.isEmpty()) {
            wire.nulls(parameters, 0).number(1, 1);
            parameters.forEach(parameter -> wire.number(VAR_STRING, 2));
            parameters.stream().filter(Objects::nonNull).forEach(wire::counted);
        }
        return wire.toBytes();
    }

    /** A row of the binary protocol, all of whose values are strings or bytes. */
    private static byte[] binaryRow(List<byte[]> row) {
        // the bitmap of rows has two bits in front that mean nothing
        Wire wire = new Wire().number(0, 1).nulls(row, 2);
        row.stream()
                .filter(Objects::nonNull)
                .forEach(value -> wire.length(value.length).bytes.writeBytes(value));
        return wire.toBytes();
    }

    private Wire nulls(List<?> values, int from) {
        byte[] bitmap = new byte[(values.size() + from + 7) / 8];
        for (int at = 0; at < values.size(); at++) {
            if (values.get(at) == null) {
                bitmap[(at + from) / 8] |= (byte) (1 << (at + from) % 8);
            }
        }
        bytes.writeBytes(bitmap);
        return this;
    }

    private static byte[] column(ResultView.Column column) {
        return new Wire()
                .counted("def")
                .counted(column.schema())
                .counted(column.table())
                .counted(column.orgTable())
                .counted(column.name())
                .counted(column.orgName())
                .number(0x0c, 1)
                .number(column.characterSet(), 2)
                .number(1024, 4)
                .number(column.type(), 1)
                .number(column.flags(), 2)
                .number(0, 3)
                .toBytes();
    }

    /** The result set of a COM_STMT_EXECUTE; whatever the columns were, they are strings. */
    static List<byte[]> binaryResultSet(List<ResultView.Column> columns, List<List<byte[]>> rows) {
        List<ResultView.Column> strings = columns.stream()
                .map(column -> new ResultView.Column(
                        column.name(),
                        column.orgName(),
                        column.table(),
                        column.orgTable(),
                        column.schema(),
                        VAR_STRING,
                        column.characterSet(),
                        column.flags()))
                .toList();
        List<byte[]> packets = new ArrayList<>(resultSet(strings, List.of()));
        packets.addAll(packets.size() - 1, rows.stream().map(Wire::binaryRow).toList());
        return packets;
    }

    /** Column count, columns, EOF, rows, EOF. */
    static List<byte[]> resultSet(List<ResultView.Column> columns, List<List<byte[]>> rows) {
        byte[] eof = eof();
        List<byte[]> packets = new ArrayList<>();
        packets.add(new Wire().length(columns.size()).toBytes());
        for (ResultView.Column column : columns) {
            packets.add(column(column));
        }
        packets.add(eof);
        for (List<byte[]> row : rows) {
            Wire wire = new Wire();
            for (byte[] value : row) {
                if (value == null) {
                    wire.number(NULL, 1);
                } else {
                    wire.length(value.length).bytes.writeBytes(value);
                }
            }
            packets.add(wire.toBytes());
        }
        packets.add(eof);
        return packets;
    }

    private Wire number(long value, int size) {
        for (int at = 0; at < size; at++) {
            bytes.write((int) (value >>> (8 * at)));
        }
        return this;
    }

    /** A length-encoded number. */
    private Wire length(long value) {
        if (value >= 0 && value < NULL) {
            return number(value, 1);
        } else if (value >= 0 && value <= 0xffff) {
            return number(0xfc, 1).number(value, 2);
        } else if (value >= 0 && value <= 0xffffff) {
            return number(0xfd, 1).number(value, 3);
        }
        return number(0xfe, 1).number(value, 8);
    }

    private Wire text(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private Wire counted(String text) {
        return length(text.getBytes(StandardCharsets.UTF_8).length).text(text);
    }

    private byte[] toBytes() {
        return bytes.toByteArray();
    }
}
