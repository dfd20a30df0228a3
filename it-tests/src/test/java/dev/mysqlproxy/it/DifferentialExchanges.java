package dev.mysqlproxy.it;

import com.mysql.cj.jdbc.JdbcStatement;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A random conversation of Connector/J with a server, the same for the same seed. What it writes down are the things
 * that an application could see; none depends on when or by which road.
 */
final class DifferentialExchanges {

    /** Numbers from 1 up in the table {@code diff_numbers}. */
    static final int NUMBERS = 300;

    static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS diff_numbers(n INT PRIMARY KEY)",
            "CREATE PROCEDURE diff_results(IN sets INT, INOUT total BIGINT, OUT name VARCHAR(20)) BEGIN"
                    + " DECLARE i INT DEFAULT 0; WHILE i < sets DO SELECT n, i FROM diff_numbers WHERE n <= i * 7 + 1;"
                    + " SET i = i + 1; END WHILE; SET total = total + sets; SET name = 'done'; END",
            "CREATE PROCEDURE diff_failing(IN sets INT) BEGIN DECLARE i INT DEFAULT 0;"
                    + " WHILE i < sets DO SELECT i AS i; SET i = i + 1; END WHILE;"
                    + " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'enough', MYSQL_ERRNO = 4711; END");

    /** Values for columns; {@code n} runs over the numbers. */
    private static final List<String> VALUES = List.of(
            "n",
            "-n * 1000000007",
            "n / 7",
            "n * 1e10",
            "CAST(n AS DECIMAL(20,5))",
            "CAST(n * 0.37 AS DOUBLE)",
            "NULL",
            "IF(n % 3 = 0, NULL, n)",
            "REPEAT('ab', n)",
            "REPEAT('x', n % 5 * 100)",
            "''",
            "CONCAT('n', n)",
            "DATE '2024-02-29' + INTERVAL n DAY",
            "TIMESTAMP '2024-02-29 23:59:59' + INTERVAL n MICROSECOND",
            "SEC_TO_TIME(n * 1000)",
            "X'00FFFB00FEFE'",
            "CHAR(n % 256)",
            "CAST(n % 2 AS UNSIGNED)",
            "18446744073709551615",
            "UNHEX(REPEAT('FE', n))",
            "MAKEDATE(2000, n)");

    private interface Exchange {
        void run() throws Exception;
    }

    private final Connection connection;
    private final SplittableRandom random;
    private final List<String> seen = new ArrayList<>();
    private final List<Exchange> kinds = List.of(
            this::select,
            this::select,
            this::select,
            this::update,
            this::update,
            this::several,
            this::several,
            this::call,
            this::callWithResults,
            this::fails,
            this::failsAmongRows,
            this::load,
            this::prepared,
            this::prepared,
            this::warns,
            this::settings,
            this::transaction,
            this::large,
            this::killed);

    DifferentialExchanges(Connection connection, long seed) {
        this.connection = connection;
        this.random = new SplittableRandom(seed);
    }

    /** Has that many exchanges. */
    List<String> have(int number) throws Exception {
        statement("CREATE TEMPORARY TABLE diff_work(id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(200), u INT UNIQUE)");
        for (int i = 0; i < number; i++) {
            try {
                kinds.get(random.nextInt(kinds.size())).run();
            } catch (SQLException e) {
                note("error " + e.getErrorCode() + " " + e.getSQLState() + " " + e.getMessage());
            }
        }
        return seen;
    }

    private void note(String line) {
        seen.add(line);
    }

    private int below(int bound) {
        return random.nextInt(bound);
    }

    private String select(int width, int rows) {
        return IntStream.range(0, width)
                        .mapToObj(i -> VALUES.get(below(VALUES.size())) + " AS c" + i)
                        .collect(Collectors.joining(", ", "SELECT ", ""))
                + " FROM diff_numbers WHERE n <= " + rows + " ORDER BY diff_numbers.n";
    }

    private String anySelect() {
        int rows = below(4) == 0 ? 0 : below(below(3) == 0 ? NUMBERS : 8);
        return select(1 + below(below(4) == 0 ? 60 : 5), rows);
    }

    private String anyUpdate() {
        int number = below(1000);
        return switch (below(6)) {
            case 0 -> "INSERT INTO diff_work(v, u) VALUES ('a', NULL), ('b', " + number + ")";
            case 1 -> "UPDATE diff_work SET v = CONCAT(v, 'x') WHERE id % 3 = " + number % 3;
            case 2 -> "DELETE FROM diff_work WHERE u > " + number;
            case 3 -> "REPLACE INTO diff_work(v, u) SELECT 'r', n FROM diff_numbers WHERE n < " + number % 9;
            case 4 -> "DO " + number;
            default -> "INSERT IGNORE INTO diff_work(u) VALUES (" + number % 5 + ")";
        };
    }

    // --- exchanges --------------------------------------------------------------------------------------------------

    private void select() throws SQLException {
        statement(anySelect());
    }

    private void update() throws SQLException {
        statement(anyUpdate());
    }

    private void several() throws SQLException {
        List<String> parts = new ArrayList<>();
        for (int i = below(5); i >= 0; i--) {
            parts.add(
                    switch (below(7)) {
                        case 0 -> "SET @v = " + below(10);
                        case 1, 2 -> anyUpdate();
                        case 3 -> below(3) == 0 ? "SELECT * FROM diff_nowhere" : "SELECT @v";
                        default -> anySelect();
                    });
        }
        statement(String.join("; ", parts));
    }

    private void statement(String sql) throws SQLException {
        note("> " + (sql.length() > 200 ? sql.substring(0, 200) : sql));
        try (Statement statement = connection.createStatement()) {
            results(statement, statement.execute(sql, Statement.RETURN_GENERATED_KEYS));
            try (ResultSet keys = statement.getGeneratedKeys()) {
                while (keys.next()) {
                    note("key " + keys.getString(1));
                }
            }
        }
    }

    private void results(Statement statement, boolean first) throws SQLException {
        boolean isRows = first;
        while (isRows || statement.getLargeUpdateCount() >= 0) {
            if (isRows) {
                rows(statement.getResultSet());
            } else {
                note("updated " + statement.getLargeUpdateCount());
            }
            isRows = statement.getMoreResults();
        }
    }

    private void rows(ResultSet result) throws SQLException {
        try (result) {
            int columns = result.getMetaData().getColumnCount();
            StringBuilder types = new StringBuilder("columns");
            for (int i = 1; i <= columns; i++) {
                types.append(' ')
                        .append(result.getMetaData().getColumnLabel(i))
                        .append(':')
                        .append(result.getMetaData().getColumnTypeName(i));
            }
            note(types.toString());
            int rows = 0;
            int hash = 0;
            while (result.next()) {
                for (int i = 1; i <= columns; i++) {
                    hash = hash * 31 + Arrays.hashCode(result.getBytes(i));
                }
                rows++;
            }
            note("rows " + rows + " of hash " + hash);
        }
    }

    private void call() throws SQLException {
        statement("CALL diff_failing(" + below(4) + ")");
    }

    private void callWithResults() throws SQLException {
        int sets = below(4);
        note("> diff_results " + sets);
        try (CallableStatement call = connection.prepareCall("{CALL diff_results(?, ?, ?)}")) {
            call.setInt(1, sets);
            call.setLong(2, 40);
            call.registerOutParameter(2, Types.BIGINT);
            call.registerOutParameter(3, Types.VARCHAR);
            results(call, call.execute());
            note("out " + call.getLong(2) + " " + call.getString(3));
        }
    }

    private void fails() throws SQLException {
        List<String> wrong =
                List.of("SELEC 1", "SELECT * FROM diff_nowhere", "SELECT nothing", "CALL diff_nowhere()", "SELECT 1 +");
        statement(wrong.get(below(wrong.size())));
    }

    private void failsAmongRows() throws SQLException {
        int at = 2 + below(NUMBERS - 2);
        statement("SELECT n, REPEAT('y', " + below(400) + "), (SELECT b.n FROM diff_numbers b WHERE b.n <= a.n - " + at
                + ") FROM diff_numbers a ORDER BY n");
    }

    private void load() throws Exception {
        int lines = below(below(4) == 0 ? 5_000 : 20);
        String file =
                IntStream.range(0, lines).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
        try (Statement statement = connection.createStatement()) {
            statement
                    .unwrap(JdbcStatement.class)
                    .setLocalInfileInputStream(new ByteArrayInputStream(file.getBytes(StandardCharsets.US_ASCII)));
            String table = below(8) == 0 ? "diff_nowhere" : "diff_work";
            note("> load " + lines + " into " + table);
            results(statement, statement.execute("LOAD DATA LOCAL INFILE 'any' INTO TABLE " + table + "(v)"));
        }
    }

    private void prepared() throws SQLException {
        String sql = select(1 + below(4), NUMBERS).replace("n <= " + NUMBERS, "n <= ? AND ? <> 'no'");
        int fetch = below(3) == 0 ? 0 : 1 + below(20);
        note("> prepared " + sql + " by " + fetch);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(fetch);
            for (int i = below(3); i >= 0; i--) {
                statement.setInt(1, below(60));
                statement.setString(2, "yes");
                if (below(4) == 0) {
                    // read no further: the cursor is closed with rows left
                    try (ResultSet rows = statement.executeQuery()) {
                        note("some " + rows.next());
                    }
                } else {
                    rows(statement.executeQuery());
                }
            }
        }
    }

    private void warns() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int rows = 1 + below(70);
            note("> warns " + rows);
            results(
                    statement,
                    statement.execute("SELECT n, CAST(CONCAT(n, 'x') AS SIGNED) FROM diff_numbers WHERE n <= " + rows));
            int warnings = 0;
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                warnings++;
            }
            note("warnings " + warnings);
        }
    }

    private void settings() throws SQLException {
        switch (below(4)) {
            case 0 -> connection.setCatalog(below(2) == 0 ? "test" : "information_schema");
            case 1 -> statement("SET SESSION sql_mode = '" + (below(2) == 0 ? "ANSI" : "") + "'");
            case 2 -> statement("USE test");
            default -> statement("SET NAMES " + (below(2) == 0 ? "utf8mb4" : "latin1"));
        }
        note("in " + connection.getCatalog());
        connection.setCatalog("test");
        statement("SET SESSION sql_mode = ''");
    }

    private void transaction() throws SQLException {
        connection.setAutoCommit(false);
        try {
            statement(anyUpdate());
            statement(anySelect());
        } finally {
            if (below(2) == 0) {
                connection.rollback();
            } else {
                connection.commit();
            }
            connection.setAutoCommit(true);
        }
    }

    private void large() throws SQLException {
        int bytes = below(40) == 0 ? (1 << 24) - 8 + below(16) : below(200_000);
        statement("SELECT REPEAT('z', " + bytes + "), " + (bytes & 0xff));
    }

    private void killed() throws SQLException {
        statement("KILL QUERY CONNECTION_ID()");
    }
}
