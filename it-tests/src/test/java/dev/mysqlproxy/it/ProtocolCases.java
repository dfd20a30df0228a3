package dev.mysqlproxy.it;

import static dev.mysqlproxy.it.raw.Command.COM_CONNECT;
import static dev.mysqlproxy.it.raw.Command.COM_DEBUG;
import static dev.mysqlproxy.it.raw.Command.COM_FIELD_LIST;
import static dev.mysqlproxy.it.raw.Command.COM_INIT_DB;
import static dev.mysqlproxy.it.raw.Command.COM_PING;
import static dev.mysqlproxy.it.raw.Command.COM_PROCESS_INFO;
import static dev.mysqlproxy.it.raw.Command.COM_PROCESS_KILL;
import static dev.mysqlproxy.it.raw.Command.COM_QUERY;
import static dev.mysqlproxy.it.raw.Command.COM_QUIT;
import static dev.mysqlproxy.it.raw.Command.COM_REFRESH;
import static dev.mysqlproxy.it.raw.Command.COM_RESET_CONNECTION;
import static dev.mysqlproxy.it.raw.Command.COM_SET_OPTION;
import static dev.mysqlproxy.it.raw.Command.COM_SLEEP;
import static dev.mysqlproxy.it.raw.Command.COM_STATISTICS;
import static dev.mysqlproxy.it.raw.Command.COM_TIME;

import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The points of the protocol, each as a case. */
final class ProtocolCases {
    private static final byte[] NOTHING = new byte[0];

    private ProtocolCases() {}

    /** Cases that take milliseconds. */
    static List<ProtocolCase> small() {
        return List.of(
                ProtocolCase.of("text results", ProtocolCases::textResults),
                ProtocolCase.of("many rows", ProtocolCases::manyRows),
                ProtocolCase.of("values of every length", ProtocolCases::lengths),
                ProtocolCase.of("several statements in one", ProtocolCases::multiStatements),
                ProtocolCase.of("calls", ProtocolCases::calls),
                ProtocolCase.of("errors and warnings", ProtocolCases::errors),
                ProtocolCase.of("error in the middle of a result", ProtocolCases::errorInResult),
                ProtocolCase.of("transactions", ProtocolCases::transactions),
                ProtocolCase.of("64-bit numbers", ProtocolCases::largeNumbers),
                ProtocolCase.of("prepared statements", StatementCases::prepared)
                        .masking(ProtocolCases::withoutStatementNumber),
                ProtocolCase.of("long data", StatementCases::longData),
                ProtocolCase.of("cursors", StatementCases::cursors).masking(ProtocolCases::withoutStatementNumber),
                ProtocolCase.of("field list", ProtocolCases::fieldList),
                ProtocolCase.of("one-packet commands", ProtocolCases::onePacketCommands),
                ProtocolCase.of("statistics", client -> client.command(COM_STATISTICS, NOTHING))
                        .masking(line -> line.replaceAll("[0-9.]+", "#")),
                ProtocolCase.of("process info", client -> client.command(COM_PROCESS_INFO, NOTHING))
                        .masking(ProtocolCases::definitionsOnly),
                ProtocolCase.of("kill", ProtocolCases::kill).masking(line -> line.replaceAll("\\d{2,}", "#")),
                ProtocolCase.of("reset connection", ProtocolCases::resetConnection),
                ProtocolCase.of("local infile", ProtocolCases::localInfile),
                ProtocolCase.of("local infile refused", ProtocolCases::localInfileRefused),
                ProtocolCase.of("unknown commands", ProtocolCases::unknownCommands)
                        .byRoot()
                        .masking(line -> line.replaceAll("thread id \\d+", "thread id #")),
                ProtocolCase.of("pipelining", ProtocolCases::pipelining),
                ProtocolCase.of("quit", ProtocolCases::quit),
                ProtocolCase.of("session tracking", ProtocolCases::sessionTracking)
                        .with(Flags.CLIENT_SESSION_TRACK)
                        .masking(line -> line.replaceAll("(statement_id\\\\..)\\d+", "$1#")),
                ProtocolCase.of("query attributes", StatementCases::queryAttributes)
                        .on(Kind.MYSQL)
                        .with(Flags.CLIENT_QUERY_ATTRIBUTES),
                ProtocolCase.of("optional metadata", StatementCases::optionalMetadata)
                        .on(Kind.MYSQL)
                        .with(Flags.CLIENT_OPTIONAL_RESULTSET_METADATA),
                ProtocolCase.of("cached metadata", StatementCases::cachedMetadata)
                        .with(Flags.MARIADB_CLIENT_CACHE_METADATA),
                ProtocolCase.of("bulk execute", StatementCases::bulk).with(Flags.MARIADB_CLIENT_STMT_BULK_OPERATIONS));
    }

    /** Cases that move many megabytes. */
    static List<ProtocolCase> large() {
        return List.of(
                ProtocolCase.of("long commands", ProtocolCases::longCommands),
                ProtocolCase.of("long rows", ProtocolCases::longRows),
                ProtocolCase.of("long data in long packets", StatementCases::longDataInLongPackets));
    }

    private static String definitionsOnly(String line) {
        return line.contains("\\03def") ? line : ProtocolCase.NOT_COMPARED;
    }

    private static String withoutStatementNumber(String line) {
        return line.replaceFirst("^(\\d+: )\\d+( .*)\\(\\d+\\)", "$1#$2(#)");
    }

    static void table(RawClient client, String name, String columns) {
        client.unrecorded("DROP TABLE IF EXISTS " + name);
        client.query("CREATE TABLE " + name + " (" + columns + ")").ok();
    }

    private static void textResults(RawClient client) {
        client.query("SELECT 1, NULL, '', 'text', 3.5, CAST('2026-11-22' AS DATE), x'00ff'");
        client.query("SELECT NULL");
        client.query("SELECT '', ''");
        client.query("SELECT 1 FROM dual WHERE 1 = 0");
        client.query("DO 1");
        client.query("SET @a = 1");
        client.query("SELECT @a");
        client.query("USE " + Accounts.DATABASE);
        client.query("SELECT DATABASE()");
        client.query("/* only a comment */");
        client.query("PREPARE s FROM 'SELECT ?'");
        client.query("EXECUTE s USING @a");
    }

    private static void manyRows(RawClient client) {
        client.query("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                + " SELECT i, REPEAT('r', i), IF(i % 3, NULL, i) FROM n");
    }

    private static void lengths(RawClient client) {
        for (int length :
                List.of(0, 1, 249, 250, 251, 252, 253, 254, 255, 256, 16_380, 65_534, 65_535, 65_536, 70_000)) {
            client.query("SELECT REPEAT('v', " + length + ")");
            client.query("SELECT '" + "c".repeat(length) + "' IS NULL");
        }
        // a first value so long that its length begins with the byte of EOF
        client.query("SELECT REPEAT('w', 200000), 2 UNION ALL SELECT NULL, NULL");
    }

    private static void multiStatements(RawClient client) {
        table(client, "multi", "id INT PRIMARY KEY");
        client.query("SELECT 1; INSERT INTO multi VALUES (1), (2); SELECT id FROM multi ORDER BY id; DO 0; SELECT 5");
        client.query("SELECT 1; SELECT * FROM there_is_no_such_table; SELECT 3");
        client.query("SELECT 1 FROM dual WHERE 1 = 0; SELECT 2 FROM dual WHERE 1 = 0;");
        client.query("DROP TABLE multi; DROP TABLE multi");
    }

    private static void calls(RawClient client) {
        client.unrecorded("DROP PROCEDURE IF EXISTS several");
        client.query("CREATE PROCEDURE several (IN a INT, OUT b INT, INOUT c VARCHAR(20)) BEGIN"
                        + " SELECT a; SELECT c, a FROM dual WHERE 1 = 0; SET b = a * 2; SET c = CONCAT(c, '!'); END")
                .ok();
        client.query("SET @b = 0, @c = 'hey'");
        client.query("CALL several(3, @b, @c)");
        client.query("SELECT @b, @c");
        client.query("CALL several(1, @b, @c); SELECT 'after'");
        Reply prepared = client.prepare("CALL several(?, ?, ?)").ok();
        client.execute(prepared.statementId(), 0, "21", null, "you");
        client.execute(prepared.statementId(), 0, "22", null, "they");
        client.query("CALL there_is_no_such_procedure()");
        client.query("DROP PROCEDURE several").ok();
    }

    private static void errors(RawClient client) {
        table(client, "faulty", "id TINYINT PRIMARY KEY, name VARCHAR(3) NOT NULL");
        client.query("SELEC 1");
        client.query("");
        client.query("SELECT * FROM there_is_no_such_table");
        client.query("INSERT INTO faulty VALUES (1, 'one')");
        client.query("INSERT INTO faulty VALUES (1, 'dup')");
        client.query("INSERT IGNORE INTO faulty VALUES (1000, 'much too long'), (2, NULL)");
        client.query("SHOW WARNINGS");
        client.query("SELECT 1/0, CAST('x' AS SIGNED)");
        client.query("SHOW COUNT(*) WARNINGS");
        client.query("UPDATE faulty SET name = 'new'");
        client.query("UPDATE faulty SET name = 'new'");
        client.query("DELETE FROM faulty");
        client.query("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'own words', MYSQL_ERRNO = 5000");
        client.query("DROP TABLE faulty").ok();
    }

    private static void errorInResult(RawClient client) {
        table(client, "stumble", "id INT PRIMARY KEY, filler TEXT");
        client.query("INSERT INTO stumble VALUES (1, REPEAT('f', 40000)), (2, ''), (3, '')")
                .ok();
        // the second row has two answers to the question
        String sql = "SELECT id, filler, (SELECT o.id FROM stumble o WHERE o.id <= s.id) FROM stumble s ORDER BY id";
        client.query(sql);
        client.query("SELECT 7");
        client.query("SELECT 8; " + sql + "; SELECT 9");
        Reply prepared = client.prepare(sql).ok();
        client.execute(prepared.statementId(), 0);
        client.command(COM_PING, NOTHING);
        client.query("DROP TABLE stumble").ok();
    }

    private static void transactions(RawClient client) {
        table(client, "trans", "id INT PRIMARY KEY");
        client.query("BEGIN");
        client.query("INSERT INTO trans VALUES (1)");
        client.query("SELECT COUNT(*) FROM trans");
        client.query("SAVEPOINT s");
        client.query("ROLLBACK");
        client.query("SET autocommit = 0");
        client.query("INSERT INTO trans VALUES (2)");
        client.query("COMMIT AND CHAIN");
        client.query("START TRANSACTION READ ONLY");
        client.query("INSERT INTO trans VALUES (3)");
        client.query("ROLLBACK; SET autocommit = 1");
        client.query("DROP TABLE trans").ok();
    }

    private static void largeNumbers(RawClient client) {
        table(client, "vast", "id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, v INT");
        client.query("INSERT INTO vast (v) VALUES (1)");
        for (String id : List.of(
                "250",
                "251",
                "65535",
                "65536",
                "16777215",
                "16777216",
                "9223372036854775808",
                "18446744073709551614")) {
            client.query("UPDATE vast SET v = v + 1, id = LAST_INSERT_ID(" + id + ")");
        }
        client.query("SELECT id, 18446744073709551615, -9223372036854775808 FROM vast");
        Reply prepared =
                client.prepare("SELECT id, -1, 18446744073709551615 FROM vast").ok();
        client.execute(prepared.statementId(), 0);
        client.query("DELETE FROM vast");
        client.query("INSERT INTO vast (v) WITH RECURSIVE n (i) AS"
                + " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i FROM n");
        client.query("DROP TABLE vast").ok();
    }

    private static void fieldList(RawClient client) {
        table(client, "fields", "id INT PRIMARY KEY DEFAULT 7, name VARCHAR(20), nothing TEXT");
        client.command(COM_FIELD_LIST, new Bytes().textZero("fields").get());
        client.command(COM_FIELD_LIST, new Bytes().textZero("fields").text("n%").get());
        client.command(
                COM_FIELD_LIST, new Bytes().textZero("there_is_no_such_table").get());
        client.command(COM_PING, NOTHING);
        client.query("DROP TABLE fields").ok();
    }

    private static void onePacketCommands(RawClient client) {
        client.command(COM_PING, NOTHING);
        client.command(COM_SET_OPTION, new Bytes().number(2, 1).get());
        client.query("SELECT 1; SELECT 2");
        client.command(COM_SET_OPTION, new Bytes().number(2, 0).get());
        client.query("SELECT 1; SELECT 2");
        client.command(COM_SET_OPTION, new Bytes().number(2, 99).get());
        client.command(COM_INIT_DB, "information_schema".getBytes(StandardCharsets.UTF_8));
        client.query("SELECT DATABASE()");
        client.command(COM_INIT_DB, "there_is_no_such_schema".getBytes(StandardCharsets.UTF_8));
        client.query("SELECT DATABASE()");
        client.command(COM_PROCESS_KILL, new Bytes().number(4, 0x7ffffff0).get());
        client.command(COM_REFRESH, new byte[] {0});
        client.command(COM_PING, NOTHING);
    }

    private static void kill(RawClient client) {
        client.query("KILL QUERY CONNECTION_ID()");
        client.query("SELECT 1");
        client.query("KILL CONNECTION_ID()");
        client.note("closed after " + client.wire().readToEnd().length + " bytes");
    }

    private static void resetConnection(RawClient client) {
        client.query("SET @a = 1, SESSION sql_mode = ''");
        client.query("CREATE TEMPORARY TABLE gone (id INT)");
        client.query("BEGIN");
        client.command(COM_RESET_CONNECTION, NOTHING);
        client.query("SELECT @a");
        client.query("SELECT * FROM gone");
    }

    private static void localInfile(RawClient client) {
        table(client, "filed", "id INT PRIMARY KEY, t VARCHAR(200)");
        StringBuilder large = new StringBuilder();
        for (int i = 100; i < 20_100; i++) {
            large.append(i).append('\t').append("x".repeat(i % 200)).append('\n');
        }
        Map<String, String> files = new LinkedHashMap<>();
        files.put("small", "1\tone\n2\ttwo\n");
        files.put("empty", "");
        files.put("large", large.toString());
        client.files(name -> Optional.ofNullable(files.get(name)).map(text -> text.getBytes(StandardCharsets.UTF_8)));
        for (String name : files.keySet()) {
            client.query("LOAD DATA LOCAL INFILE '" + name + "' INTO TABLE filed");
            client.query("SELECT COUNT(*), SUM(id), SUM(LENGTH(t)) FROM filed");
        }
        // duplicates become warnings
        client.query("LOAD DATA LOCAL INFILE 'small' INTO TABLE filed; SELECT 'next'");
        client.query("LOAD DATA LOCAL INFILE 'small' INTO TABLE there_is_no_such_table");
        client.query("LOAD DATA LOCAL INFILE 'small' INTO TABLE filed (id, there_is_no_such_column)");
        client.query("SELECT 1");
        client.query("DROP TABLE filed").ok();
    }

    private static void localInfileRefused(RawClient client) {
        table(client, "norefile", "id INT PRIMARY KEY");
        client.files(name -> Optional.empty());
        client.query("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE norefile");
        client.query("SELECT COUNT(*) FROM norefile");
        client.query("DROP TABLE norefile").ok();
    }

    private static void unknownCommands(RawClient client) {
        for (int code : List.of(0x7e, COM_SLEEP, COM_CONNECT, COM_TIME, 0x10, 0x14, 0x1d, 0x99, COM_DEBUG)) {
            client.command(code, "abc".getBytes(StandardCharsets.UTF_8));
            client.query("SELECT " + code);
        }
        client.command(0x7e, NOTHING);
        client.command(0x7f, Bytes.filled(100_000, 'u'));
        client.command(COM_PING, NOTHING);
    }

    private static void pipelining(RawClient client) {
        Bytes all = new Bytes();
        for (int i = 0; i < 20; i++) {
            byte[] query = client.queryArguments("SELECT " + i + ", REPEAT('p', " + i * 100 + "); DO 0", Map.of());
            all.raw(Wire.framed(0, new Bytes().bytes(COM_QUERY).raw(query).get()));
            all.raw(Wire.framed(0, new byte[] {COM_PING}));
        }
        client.wire().raw(all.get());
        for (int i = 0; i < 20; i++) {
            client.answer(COM_QUERY, 1);
            client.answer(COM_PING, 1);
        }
    }

    private static void quit(RawClient client) {
        client.query("SELECT 1");
        client.send(COM_QUIT, NOTHING);
        client.note("closed after " + client.wire().readToEnd().length + " bytes");
    }

    private static void sessionTracking(RawClient client) {
        client.query("SET session_track_state_change = 1");
        client.query("SET session_track_schema = 1");
        client.query("SET session_track_transaction_info = 'CHARACTERISTICS'");
        client.query("SET session_track_system_variables = '*'");
        client.query("SET NAMES latin1");
        client.query("USE information_schema");
        client.query("USE " + Accounts.DATABASE);
        client.query("SELECT 1");
        client.query("START TRANSACTION READ ONLY");
        client.query("SELECT 1; SELECT 2");
        client.query("COMMIT");
        client.command(COM_INIT_DB, "information_schema".getBytes(StandardCharsets.UTF_8));
        client.command(COM_RESET_CONNECTION, NOTHING);
        client.query("SELECT 1");
    }

    // --- large ------------------------------------------------------------------------------------------------------

    private static void longCommands(RawClient client) {
        int overhead = 1 + client.queryArguments("SELECT LENGTH('')", Map.of()).length;
        for (int payload :
                List.of(Wire.MAX_PAYLOAD - 1, Wire.MAX_PAYLOAD, Wire.MAX_PAYLOAD + 1, 2 * Wire.MAX_PAYLOAD)) {
            client.query("SELECT LENGTH('" + "c".repeat(payload - overhead) + "')");
        }
        client.query("SELECT 1; SELECT '" + "e".repeat(17 << 20) + "' FROM there_is_no_such_table");
        client.command(COM_PING, NOTHING);
    }

    private static void longRows(RawClient client) {
        // four bytes tell the length of a value up to here, nine beyond
        for (int length :
                List.of(Wire.MAX_PAYLOAD - 5, Wire.MAX_PAYLOAD - 4, Wire.MAX_PAYLOAD - 3, 2 * Wire.MAX_PAYLOAD - 9)) {
            client.query("SELECT REPEAT('r', " + length + ")");
        }
        client.query("SELECT 1, REPEAT('s', 40000000), 2 UNION ALL SELECT 3, '', 4");
        int statement = client.prepare("SELECT REPEAT(?, 17000000), 5").ok().statementId();
        client.execute(statement, 0, "b");
        client.command(COM_PING, NOTHING);
    }
}
