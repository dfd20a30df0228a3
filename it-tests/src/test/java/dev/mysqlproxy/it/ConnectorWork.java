package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.server.Accounts;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;

/** What applications in Java do with their connections, and what they see. */
final class ConnectorWork {
    /** The work that moves much. */
    static final String LARGE_VALUES = "large values";

    private static final int LARGE = 40 << 20;
    private static final Set<Integer> BINARY =
            Set.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB, Types.BIT);

    private final Path folder;

    /** Work that keeps its files in {@code folder}. */
    ConnectorWork(Path folder) {
        this.folder = folder;
    }

    /** What an application does; answers what it saw. */
    @FunctionalInterface
    interface Work {
        void run(Connection connection, List<String> seen) throws Exception;
    }

    /** All of it, by name. */
    Map<String, Work> works() {
        Map<String, Work> works = new LinkedHashMap<>();
        works.put("types", ConnectorWork::types);
        works.put("streaming", ConnectorWork::streaming);
        works.put("fetching", ConnectorWork::fetching);
        works.put("batches", ConnectorUpdates::batches);
        works.put("generated keys", ConnectorUpdates::generatedKeys);
        works.put("local infile", (connection, seen) -> ConnectorUpdates.localInfile(folder, connection, seen));
        works.put("calls", ConnectorWork::calls);
        works.put("several statements", ConnectorWork::multiQueries);
        works.put("errors and warnings", ConnectorWork::errors);
        works.put("catalog and state", ConnectorWork::state);
        works.put("transactions", ConnectorUpdates::transactions);
        works.put(LARGE_VALUES, ConnectorWork::largeValues);
        works.put("driver's own commands", ConnectorWork::ownCommands);
        return works;
    }

    static void table(Connection connection, String name, String columns) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + name);
            statement.execute("CREATE TABLE " + name + " (" + columns + ")");
        }
    }

    static void show(ResultSet result, List<String> seen) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        StringBuilder head = new StringBuilder();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            head.append(meta.getColumnLabel(i))
                    .append(':')
                    .append(meta.getColumnTypeName(i))
                    .append(' ');
        }
        seen.add(head.toString());
        while (result.next()) {
            StringBuilder row = new StringBuilder();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                boolean binary = BINARY.contains(meta.getColumnType(i));
                row.append(binary ? shown(result.getBytes(i)) : shown(result.getString(i)))
                        .append(" | ");
            }
            seen.add(row.toString());
        }
    }

    private static String shown(String text) {
        return text == null ? "NULL" : shown(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String shown(byte[] bytes) {
        if (bytes == null) {
            return "NULL";
        }
        if (bytes.length < 200) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return bytes.length + " bytes " + sum.getValue();
    }

    // --- work -------------------------------------------------------------------------------------------------------

    private static void types(Connection connection, List<String> seen) throws SQLException {
        table(
                connection,
                "j_types",
                "id INT PRIMARY KEY, a TINYINT, b BIGINT UNSIGNED, c FLOAT, d DOUBLE, e DECIMAL(30,10), f DATE, "
                        + "g DATETIME(6), h TIME(3), i VARCHAR(100), j BLOB, k BIT(12), l YEAR, "
                        + "m ENUM('x','y'), n TEXT");
        String sql = "INSERT INTO j_types VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int row = 0; row < 3; row++) {
                insert.setInt(1, row);
                insert.setInt(2, -row);
                insert.setBigDecimal(3, new java.math.BigDecimal("18446744073709551615"));
                insert.setFloat(4, 1.5f * row);
                insert.setDouble(5, -2.25 * row);
                insert.setBigDecimal(6, new java.math.BigDecimal("12345678901234567890.0123456789"));
                insert.setDate(7, java.sql.Date.valueOf("2026-11-22"));
                insert.setTimestamp(8, Timestamp.valueOf("2026-11-22 01:02:03.004005"));
                insert.setTime(9, java.sql.Time.valueOf("23:59:58"));
                insert.setString(10, "text \u00e4\u20ac\ud83d\ude00 '\" \\");
                insert.setBytes(11, new byte[] {0, 1, (byte) 0xfe, (byte) 0xff, '\'', '\\'});
                insert.setInt(12, 77);
                insert.setInt(13, 2026);
                insert.setString(14, "y");
                insert.setString(15, row == 2 ? null : "n".repeat(60_000 * row));
                insert.executeUpdate();
            }
            for (int i = 2; i <= 15; i++) {
                insert.setNull(i, Types.NULL);
            }
            insert.setInt(1, 100);
            insert.executeUpdate();
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT * FROM j_types WHERE id >= ? ORDER BY id")) {
            for (int from : List.of(0, 2, 1000)) {
                select.setInt(1, from);
                try (ResultSet result = select.executeQuery()) {
                    show(result, seen);
                }
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM j_types ORDER BY id")) {
            show(result, seen);
        }
    }

    private static void numbers(Connection connection, int count) throws SQLException {
        table(connection, "j_numbers", "id INT PRIMARY KEY, t VARCHAR(100)");
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO j_numbers WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < " + count + ") SELECT i, REPEAT('t', i % 100) FROM n");
        }
    }

    private static void streaming(Connection connection, List<String> seen) throws SQLException {
        numbers(connection, 900);
        try (Statement statement = connection.createStatement()) {
            // Connector/J's way to say "row by row"; MariaDB's driver takes 1
            statement.setFetchSize(connection.getClass().getName().contains("mariadb") ? 1 : Integer.MIN_VALUE);
            try (ResultSet result = statement.executeQuery("SELECT * FROM j_numbers ORDER BY id")) {
                show(result, seen);
            }
            try (ResultSet result = statement.executeQuery("SELECT * FROM j_numbers ORDER BY id DESC")) {
                assertThat(result.next()).isTrue();
                seen.add(result.getString(1));
                // the rest is not asked for
            }
        }
    }

    private static void fetching(Connection connection, List<String> seen) throws SQLException {
        numbers(connection, 500);
        try (PreparedStatement select =
                connection.prepareStatement("SELECT * FROM j_numbers WHERE id > ? ORDER BY id")) {
            select.setFetchSize(50);
            for (int from : List.of(0, 475, 490, 500)) {
                select.setInt(1, from);
                try (ResultSet result = select.executeQuery()) {
                    show(result, seen);
                }
            }
        }
    }

    private static void calls(Connection connection, List<String> seen) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP PROCEDURE IF EXISTS j_call");
            statement.execute("CREATE PROCEDURE j_call (IN a INT, OUT b INT, INOUT c VARCHAR(50)) BEGIN"
                    + " SELECT a AS first; SELECT c AS second, a FROM dual;"
                    + " SET b = a * 2; SET c = CONCAT(c, '!'); END");
        }
        try (CallableStatement call = connection.prepareCall("{CALL j_call(?, ?, ?)}")) {
            for (int i = 0; i < 3; i++) {
                call.setInt(1, i);
                call.registerOutParameter(2, Types.INTEGER);
                call.setString(3, "hey" + i);
                call.registerOutParameter(3, Types.VARCHAR);
                boolean more = call.execute();
                while (more) {
                    try (ResultSet result = call.getResultSet()) {
                        show(result, seen);
                    }
                    more = call.getMoreResults();
                }
                seen.add(call.getInt(2) + " " + call.getString(3));
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP PROCEDURE j_call");
        }
    }

    private static void multiQueries(Connection connection, List<String> seen) throws SQLException {
        table(connection, "j_multi", "id INT PRIMARY KEY");
        try (Statement statement = connection.createStatement()) {
            boolean result = statement.execute("INSERT INTO j_multi VALUES (1),(2); SELECT * FROM j_multi ORDER BY id;"
                    + " UPDATE j_multi SET id = id + 10; SELECT 'last'");
            for (int i = 0; i < 4; i++) {
                if (result) {
                    try (ResultSet rows = statement.getResultSet()) {
                        show(rows, seen);
                    }
                } else {
                    seen.add("count " + statement.getUpdateCount());
                }
                result = statement.getMoreResults();
            }
            try {
                statement.execute("SELECT 1; SELECT * FROM there_is_no_such_table; SELECT 2");
                statement.getMoreResults();
                seen.add("no error");
            } catch (SQLException e) {
                seen.add(e.getErrorCode() + " " + e.getSQLState());
            }
        }
    }

    private static void errors(Connection connection, List<String> seen) throws SQLException {
        table(connection, "j_faulty", "id TINYINT PRIMARY KEY, name VARCHAR(3) NOT NULL");
        try (Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "SELEC 1",
                    "SELECT * FROM there_is_no_such_table",
                    "INSERT INTO j_faulty VALUES (1, 'one'), (1, 'two')",
                    "INSERT INTO j_faulty VALUES (1000, 'one')",
                    "INSERT IGNORE INTO j_faulty VALUES (1000, 'much too long'), (2, 'ok')",
                    "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'own words', MYSQL_ERRNO = 5000")) {
                try {
                    statement.execute(sql);
                    seen.add("count " + statement.getUpdateCount());
                } catch (SQLException e) {
                    seen.add(e.getErrorCode() + " " + e.getSQLState() + " "
                            + e.getMessage().replaceAll("\\(conn=\\d+\\) ?", ""));
                }
                for (SQLWarning warning = statement.getWarnings();
                        warning != null;
                        warning = warning.getNextWarning()) {
                    seen.add("warning " + warning.getErrorCode() + " "
                            + warning.getMessage().replaceAll("\\(conn=\\d+\\) ?", ""));
                }
            }
        }
    }

    private static void state(Connection connection, List<String> seen) throws SQLException {
        seen.add(connection.getCatalog());
        connection.setCatalog("information_schema");
        seen.add(connection.getCatalog());
        try (Statement statement = connection.createStatement()) {
            try (ResultSet result = statement.executeQuery("SELECT DATABASE()")) {
                show(result, seen);
            }
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            seen.add("" + connection.getTransactionIsolation());
            connection.setReadOnly(true);
            try {
                statement.execute("CREATE TABLE test.j_never (id INT)");
                seen.add("no error");
            } catch (SQLException e) {
                seen.add("" + e.getErrorCode());
            }
            connection.setReadOnly(false);
        }
        seen.add(connection.getMetaData().getDatabaseProductVersion());
        connection.setCatalog(Accounts.DATABASE);
        table(connection, "j_meta", "id INT PRIMARY KEY, name VARCHAR(30) NOT NULL");
        try (ResultSet columns = connection.getMetaData().getColumns(Accounts.DATABASE, null, "j_meta", "%")) {
            while (columns.next()) {
                seen.add(columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME"));
            }
        }
    }

    private static void largeValues(Connection connection, List<String> seen) throws Exception {
        byte[] blob = new byte[LARGE];
        new Random(7).nextBytes(blob);
        try (PreparedStatement echo = connection.prepareStatement("SELECT CAST(? AS BINARY) AS b, LENGTH(?) AS n")) {
            for (boolean stream : List.of(false, true)) {
                if (stream) {
                    echo.setBinaryStream(1, new ByteArrayInputStream(blob), LARGE);
                } else {
                    echo.setBytes(1, blob);
                }
                echo.setInt(2, 12345);
                try (ResultSet result = echo.executeQuery()) {
                    assertThat(result.next()).isTrue();
                    // a cursor's temporary table may cut it
                    seen.add(result.getBytes(1).length + " " + Arrays.equals(result.getBytes(1), blob) + " "
                            + result.getString(2));
                }
            }
        }
    }

    /** What only the drivers' own interfaces offer: COM_CHANGE_USER, COM_RESET_CONNECTION, COM_PING. */
    private static void ownCommands(Connection connection, List<String> seen) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET @mine = 5");
            if (connection.isWrapperFor(com.mysql.cj.jdbc.JdbcConnection.class)) {
                var own = connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class);
                own.ping();
                own.resetServerState();
                show(statement.executeQuery("SELECT @mine"), seen);
                statement.execute("SET @mine = 6");
                own.changeUser(Accounts.APP_USER, Accounts.APP_PASSWORD);
            } else {
                var own = connection.unwrap(org.mariadb.jdbc.Connection.class);
                own.reset();
                seen.add("reset");
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT CURRENT_USER(), DATABASE(), @mine")) {
            show(result, seen);
        }
    }
}
