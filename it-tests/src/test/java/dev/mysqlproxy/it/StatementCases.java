package dev.mysqlproxy.it;

import static dev.mysqlproxy.it.ProtocolCases.table;
import static dev.mysqlproxy.it.raw.Command.COM_PING;
import static dev.mysqlproxy.it.raw.Command.COM_STMT_BULK_EXECUTE;
import static dev.mysqlproxy.it.raw.Command.COM_STMT_CLOSE;
import static dev.mysqlproxy.it.raw.Command.COM_STMT_EXECUTE;
import static dev.mysqlproxy.it.raw.Command.COM_STMT_FETCH;
import static dev.mysqlproxy.it.raw.Command.COM_STMT_RESET;
import static dev.mysqlproxy.it.raw.Command.COM_STMT_SEND_LONG_DATA;

import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.Wire;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prepared statements in all their forms, attributes, and metadata that may be left out. */
final class StatementCases {
    private static final byte[] NOTHING = new byte[0];

    private StatementCases() {}

    static void prepared(RawClient client) {
        table(
                client,
                "prep",
                "id INT PRIMARY KEY, a BIGINT, b DOUBLE, c DATETIME(6), d BLOB, e DECIMAL(20,5), f BIT(9)");
        client.query("INSERT INTO prep VALUES (1, -5, 2.5, '2026-11-22 01:02:03.000004', x'00fffe', 1.5, b'101'),"
                        + " (2, NULL, NULL, NULL, NULL, NULL, NULL)")
                .ok();
        int select = client.prepare("SELECT * FROM prep WHERE id >= ? ORDER BY id")
                .ok()
                .statementId();
        client.execute(select, 0, "1");
        client.execute(select, 0, "2");
        client.execute(select, 0, "3");
        int noResult =
                client.prepare("UPDATE prep SET a = ?, d = ? WHERE id = 2").ok().statementId();
        client.execute(noResult, 0, "77", null);
        int neither = client.prepare("DO 1").ok().statementId();
        client.execute(neither, 0);
        client.prepare("SELECT * FROM there_is_no_such_table");
        client.prepare("SELECT 1 WHERE ? = ? AND ? IS NULL");
        client.command(COM_STMT_RESET, new Bytes().number(4, select).get());
        client.command(COM_STMT_RESET, new Bytes().number(4, 9999).get());
        client.command(COM_STMT_CLOSE, new Bytes().number(4, select).get());
        client.execute(select, 0, "1");
        client.command(COM_STMT_CLOSE, new Bytes().number(4, 9999).get());
        client.command(COM_PING, NOTHING);
        int duplicate = client.prepare("INSERT INTO prep (id) VALUES (?)").ok().statementId();
        client.execute(duplicate, 0, "1");
        client.execute(duplicate, 0, "3");
        client.query("DROP TABLE prep").ok();
    }

    static void longData(RawClient client) {
        int statement = client.prepare("SELECT LENGTH(?), SHA2(?, 256)").ok().statementId();
        for (String part : List.of("first", "", "-second", "-third")) {
            client.command(
                    COM_STMT_SEND_LONG_DATA,
                    new Bytes().number(4, statement).number(2, 0).text(part).get());
        }
        client.command(
                COM_STMT_SEND_LONG_DATA,
                new Bytes()
                        .number(4, statement)
                        .number(2, 1)
                        .raw(Bytes.filled(300_000, 'l'))
                        .get());
        // values that were sent before are not sent again
        Bytes execute = new Bytes().number(4, statement).number(1, client.has(Flags.CLIENT_QUERY_ATTRIBUTES) ? 8 : 0);
        execute.number(4, 1);
        if (client.has(Flags.CLIENT_QUERY_ATTRIBUTES)) {
            execute.lenEnc(2);
        }
        execute.bytes(0, 1);
        for (int i = 0; i < 2; i++) {
            execute.bytes(0xfc, 0);
            if (client.has(Flags.CLIENT_QUERY_ATTRIBUTES)) {
                execute.lenEncText("");
            }
        }
        client.command(COM_STMT_EXECUTE, execute.get());
        client.command(COM_STMT_RESET, new Bytes().number(4, statement).get());
        client.execute(statement, 0, "a", "b");
    }

    static void cursors(RawClient client) {
        table(client, "curs", "id INT PRIMARY KEY, t VARCHAR(300)");
        client.query("INSERT INTO curs WITH RECURSIVE n (i) AS"
                        + " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25) SELECT i, REPEAT('t', i * 10) FROM n")
                .ok();
        int statement = client.prepare("SELECT id, t FROM curs WHERE id > ? ORDER BY id")
                .ok()
                .statementId();
        client.execute(statement, 1, "0");
        byte[] fetch = new Bytes().number(4, statement).number(4, 10).get();
        client.command(COM_STMT_FETCH, fetch);
        client.command(COM_PING, NOTHING);
        client.command(COM_STMT_FETCH, fetch);
        client.command(COM_STMT_FETCH, fetch);
        client.command(COM_STMT_FETCH, fetch);
        client.execute(statement, 1, "100");
        client.command(COM_STMT_FETCH, fetch);
        client.execute(statement, 1, "20");
        client.command(COM_STMT_RESET, new Bytes().number(4, statement).get());
        client.command(COM_STMT_FETCH, fetch);
        int noRows = client.prepare("UPDATE curs SET t = '' WHERE id = ?").ok().statementId();
        client.execute(noRows, 1, "1");
        client.query("DROP TABLE curs").ok();
    }

    static void queryAttributes(RawClient client) {
        String sql = "SELECT mysql_query_attribute_string('colour'), mysql_query_attribute_string('none')";
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("colour", "green");
        client.query(sql, attributes);
        for (int i = 0; i < 10; i++) {
            attributes.put("more" + i, "v".repeat(i * 100));
        }
        client.query(sql, attributes);
        client.query(sql);
        // the statement is told from the attributes that look like statements
        client.query("SELECT 2", Map.of("colour", "SELECT 1"));
        int statement = client.prepare(sql).ok().statementId();
        client.command(
                COM_STMT_EXECUTE,
                new Bytes()
                        .number(4, statement)
                        .number(1, 8)
                        .number(4, 1)
                        .lenEnc(1)
                        .bytes(0, 1, 0xfe, 0)
                        .lenEncText("colour")
                        .lenEncText("blue")
                        .get());
        client.execute(statement, 0);
    }

    static void optionalMetadata(RawClient client) {
        String sql = "SELECT 1 AS a, 'b' AS b UNION ALL SELECT 2, NULL";
        client.query(sql);
        client.query("SET resultset_metadata = NONE");
        client.query(sql);
        client.query("SELECT 1; SELECT 2, 3; SELECT 4 FROM dual WHERE 1 = 0");
        int statement = client.prepare("SELECT ?, 5").ok().statementId();
        client.execute(statement, 0, "x");
        client.execute(statement, 1, "y");
        client.command(
                COM_STMT_FETCH, new Bytes().number(4, statement).number(4, 10).get());
        client.query("SET resultset_metadata = FULL");
        client.query(sql);
        client.execute(statement, 0, "z");
    }

    static void cachedMetadata(RawClient client) {
        table(client, "cached", "id INT PRIMARY KEY, t VARCHAR(20)");
        client.query("INSERT INTO cached VALUES (1, 'one'), (2, NULL)").ok();
        int statement =
                client.prepare("SELECT id, t FROM cached WHERE id >= ?").ok().statementId();
        for (int i = 0; i < 3; i++) {
            client.execute(statement, 0, Integer.toString(i));
        }
        client.execute(statement, 1, "0");
        client.command(
                COM_STMT_FETCH, new Bytes().number(4, statement).number(4, 5).get());
        client.query("ALTER TABLE cached ADD more INT, MODIFY t VARCHAR(40)").ok();
        client.execute(statement, 0, "0");
        client.execute(statement, 0, "0");
        client.query("SELECT * FROM cached");
        client.query("DROP TABLE cached").ok();
    }

    static void bulk(RawClient client) {
        table(client, "bulked", "id INT PRIMARY KEY AUTO_INCREMENT, t VARCHAR(300)");
        int insert = client.prepare("INSERT INTO bulked (t) VALUES (?)").ok().statementId();
        client.command(COM_STMT_BULK_EXECUTE, bulkRows(insert, 128, 300));
        client.command(COM_STMT_BULK_EXECUTE, bulkRows(insert, 128 | 64, 300));
        int keyed = client.prepare("INSERT INTO bulked (id) VALUES (?)").ok().statementId();
        client.command(COM_STMT_BULK_EXECUTE, bulkNumbers(keyed, 128 | 64, 1001, 1002, 1003));
        client.command(COM_STMT_BULK_EXECUTE, bulkNumbers(keyed, 128 | 64, 2001, 1002, 2003));
        client.command(COM_STMT_BULK_EXECUTE, bulkNumbers(keyed, 128, 3001, 1002, 3003));
        client.query("SELECT COUNT(*), SUM(id), SUM(LENGTH(t)) FROM bulked");
        int update =
                client.prepare("UPDATE bulked SET t = 'u' WHERE id = ?").ok().statementId();
        client.command(COM_STMT_BULK_EXECUTE, bulkNumbers(update, 128 | 64, 1, 2, 999_999));
        int select = client.prepare("SELECT ?").ok().statementId();
        client.command(COM_STMT_BULK_EXECUTE, bulkNumbers(select, 128, 1, 2));
        int returning = client.prepare("INSERT INTO bulked (id) VALUES (?) RETURNING id")
                .ok()
                .statementId();
        client.command(COM_STMT_BULK_EXECUTE, bulkNumbers(returning, 128, 5001, 5002));
        client.query("DROP TABLE bulked").ok();
    }

    private static byte[] bulkRows(int statement, int flags, int rows) {
        Bytes bytes = new Bytes().number(4, statement).number(2, flags).bytes(0xfe, 0);
        for (int i = 0; i < rows; i++) {
            if (i % 10 == 9) {
                bytes.bytes(1);
            } else {
                bytes.bytes(0).lenEncText("b".repeat(i));
            }
        }
        return bytes.get();
    }

    private static byte[] bulkNumbers(int statement, int flags, int... values) {
        Bytes bytes = new Bytes().number(4, statement).number(2, flags).bytes(0x03, 0);
        for (int value : values) {
            bytes.bytes(0).number(4, value);
        }
        return bytes.get();
    }

    static void longDataInLongPackets(RawClient client) {
        int statement = client.prepare("SELECT LENGTH(?)").ok().statementId();
        byte[] head = new Bytes().number(4, statement).number(2, 0).get();
        for (int length : List.of(Wire.MAX_PAYLOAD, Wire.MAX_PAYLOAD + 100)) {
            client.command(
                    COM_STMT_SEND_LONG_DATA,
                    new Bytes()
                            .raw(head)
                            .raw(Bytes.filled(length - head.length - 1, 'd'))
                            .get());
        }
        Packet last = client.command(COM_PING, NOTHING).last();
        client.note("long data is taken: " + !last.isErr());
    }
}
