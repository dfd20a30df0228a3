package dev.mysqlproxy.it.matrix;

import java.io.ByteArrayInputStream;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What the JDBC drivers do with one connection. */
final class JdbcFeatures {
    private static final Set<Integer> BINARY =
            Set.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB, Types.BIT);
    private static final int POLLS = 2000;

    private final JdbcClient client;
    private final Target target;
    private final Lines lines;

    JdbcFeatures(JdbcClient client, Target target, Lines lines) {
        this.client = client;
        this.target = target;
        this.lines = lines;
    }

    /** A step that may well end in an error. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    void run(Connection connection) throws Exception {
        hop(connection);
        Features.run(target.kind(), new Speech(connection));
        connection.setCatalog(target.account());
        identity(connection);
        kills(connection);
        files(connection);
        bigValues(connection);
        bulk(connection);
        calls(connection);
        reading(connection);
        updatable(connection);
        resets(connection);
    }

    // --- statements -------------------------------------------------------------------------------------------------

    /** The features that all clients share. */
    private final class Speech implements Features.Speaker {
        private final Connection connection;
        private PreparedStatement last;
        private String lastSql = "";

        private Speech(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void begin() throws SQLException {
            connection.setCatalog(target.account());
        }

        @Override
        public void query(String feature, String sql) {
            JdbcFeatures.this.query(connection, feature, sql);
        }

        @Override
        public void prepared(String feature, String sql, List<Object> values) {
            attempt(feature, () -> {
                if (!sql.equals(lastSql)) {
                    if (last != null) {
                        last.close();
                    }
                    lastSql = "";
                    last = connection.prepareStatement(sql);
                    lastSql = sql;
                }
                for (int i = 0; i < values.size(); i++) {
                    Object value = values.get(i);
                    last.setObject(i + 1, value == Features.Null.NULL ? null : value);
                }
                results(feature, last, last.execute());
            });
        }
    }

    void attempt(String feature, Step step) {
        try {
            step.run();
        } catch (SQLException e) {
            lines.say(feature, "error " + e.getErrorCode() + " " + e.getSQLState() + " " + plain(e.getMessage()));
        } catch (Exception e) {
            lines.say(feature, "failed " + e.getClass().getName());
        }
    }

    /** MariaDB's driver names the connection in its messages. */
    private static String plain(String message) {
        return message.replaceAll("\\(conn=\\d+\\) ?", "");
    }

    void query(Connection connection, String feature, String sql) {
        attempt(feature, () -> {
            try (Statement statement = connection.createStatement()) {
                results(feature, statement, statement.execute(sql, Statement.RETURN_GENERATED_KEYS));
            }
        });
    }

    private void results(String feature, Statement statement, boolean first) throws SQLException {
        boolean isResult = first;
        for (int i = 0; i < 100; i++) {
            if (isResult) {
                try (ResultSet result = statement.getResultSet()) {
                    show(feature, result);
                }
            } else if (statement.getUpdateCount() >= 0) {
                lines.say(feature, "count " + statement.getUpdateCount());
                if (!(statement instanceof PreparedStatement)) {
                    keys(feature, statement);
                }
            } else {
                break;
            }
            isResult = statement.getMoreResults();
        }
        int most = 10;
        for (SQLWarning w = statement.getWarnings(); w != null && most > 0; w = w.getNextWarning(), most--) {
            lines.say(feature, "warning " + w.getErrorCode() + " " + w.getSQLState() + " " + plain(w.getMessage()));
        }
    }

    private void keys(String feature, Statement statement) throws SQLException {
        try (ResultSet keys = statement.getGeneratedKeys()) {
            List<String> all = new ArrayList<>();
            while (keys.next()) {
                all.add(keys.getString(1));
            }
            if (!all.isEmpty()) {
                lines.say(feature, "keys " + all);
            }
        }
    }

    private void show(String feature, ResultSet result) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(meta.getColumnLabel(i) + ":" + meta.getColumnTypeName(i) + ":" + meta.getPrecision(i) + ":"
                    + meta.getScale(i) + ":" + meta.isNullable(i) + ":" + meta.getTableName(i));
        }
        lines.columns(feature, columns);
        List<String> rows = new ArrayList<>();
        while (result.next()) {
            List<Object> row = new ArrayList<>();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                row.add(BINARY.contains(meta.getColumnType(i)) ? result.getBytes(i) : result.getString(i));
            }
            rows.add(Lines.row(row));
        }
        lines.rows(feature, rows);
    }

    private static String single(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : null;
        }
    }

    // --- the drivers' own -------------------------------------------------------------------------------------------

    private void hop(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("SHOW STATUS WHERE Variable_name IN ('Ssl_cipher', 'Compression')")) {
            while (result.next()) {
                lines.say("hop." + result.getString(1), result.getString(2));
            }
        }
    }

    private void identity(Connection connection) throws SQLException {
        lines.say("server version", connection.getMetaData().getDatabaseProductVersion());
        lines.say("ping", connection.isValid(10));
        lines.say("connection id", id(connection) == Long.parseLong(single(connection, "SELECT CONNECTION_ID()")));
        if (client.isOfMySql()) {
            var own = connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class);
            lines.say("statistics", own.getStatementComment() == null);
            own.ping();
        }
        query(
                connection,
                "attributes",
                "SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs WHERE PROCESSLIST_ID ="
                        + " CONNECTION_ID() AND ATTR_NAME IN ('program_name', '_client_name') ORDER BY ATTR_NAME");
        lines.say("isolation", connection.getTransactionIsolation());
        connection.setReadOnly(true);
        query(connection, "read only", "CREATE TABLE t_never (id INT)");
        connection.setReadOnly(false);
        query(connection, "read only", "DROP TABLE IF EXISTS t_never");
        try (ResultSet columns = connection.getMetaData().getColumns(target.account(), null, "t_types", "%")) {
            while (columns.next()) {
                lines.say("metadata", columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME"));
            }
        }
    }

    private long id(Connection connection) throws SQLException {
        return client.isOfMySql()
                ? connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class).getId()
                : connection.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();
    }

    private void kills(Connection connection) throws Exception {
        try (Connection other = client.open(target, Map.of())) {
            long id = id(other);
            var asleep = CompletableFuture.runAsync(() -> query(other, "kill query", "SELECT SLEEP(30)"));
            String seen =
                    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep' AND ID = " + id;
            for (int i = 0; i < POLLS && single(connection, seen).equals("0"); i++) {
                Thread.onSpinWait();
            }
            query(connection, "kill query, killer", "KILL QUERY " + id);
            asleep.join();
            query(other, "kill query", "SELECT 'usable'");
            query(connection, "kill", "KILL " + id);
            lines.say("kill", "valid " + other.isValid(10));
        }
        query(connection, "kill", "KILL 4294967290");
        cancel(connection);
    }

    /** The driver's own way to KILL QUERY: over a connection that it opens for it. */
    private void cancel(Connection connection) throws Exception {
        try (Connection other = client.open(target, Map.of());
                Statement statement = other.createStatement()) {
            var asleep = CompletableFuture.supplyAsync(() -> {
                try (ResultSet result = statement.executeQuery("SELECT SLEEP(31)")) {
                    return "ended with " + (result.next() ? result.getString(1) : "nothing");
                } catch (SQLException e) {
                    // the driver may notice first, with another text
                    return "ended by an error";
                }
            });
            String seen = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep' AND ID = "
                    + id(other);
            for (int i = 0; i < POLLS && single(connection, seen).equals("0"); i++) {
                Thread.onSpinWait();
            }
            statement.cancel();
            lines.say("cancel", asleep.join());
        }
    }

    private void files(Connection connection) throws SQLException {
        if (!client.isOfMySql() && target.compression() != Compression.NONE) {
            // 3.5.11 sends the file such that the server waits for more of it, with any server
            return;
        }
        query(connection, "local infile", "CREATE TABLE t_file (id INT PRIMARY KEY, t VARCHAR(100))");
        String load = "LOAD DATA LOCAL INFILE '" + Features.rows() + "' INTO TABLE t_file";
        query(connection, "local infile", load);
        query(connection, "local infile", "SELECT COUNT(*), SUM(id), SUM(CRC32(t)) FROM t_file");
        attemptQuietly("local infile missing", connection, load.replace(".tsv", ".missing"));
        query(connection, "local infile missing", "SELECT 'usable'");
        String setting = client.isOfMySql() ? "allowLoadLocalInfile" : "allowLocalInfile";
        try (Connection refusing = client.open(target, Map.of(setting, "false"))) {
            attemptQuietly("local infile refused", refusing, load);
            query(refusing, "local infile refused", "SELECT 'usable'");
        }
    }

    /** The driver's text names files. */
    private void attemptQuietly(String feature, Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            lines.say(feature, statement.executeUpdate(sql));
        } catch (SQLException e) {
            lines.say(feature, "error " + e.getErrorCode() + " " + e.getSQLState());
        }
    }

    private void bigValues(Connection connection) throws SQLException {
        byte[] big = new byte[target.bigBytes()];
        for (int i = 0; i < big.length; i++) {
            big[i] = (byte) (i * 31 + (i >> 8));
        }
        try (PreparedStatement echo = connection.prepareStatement("SELECT CAST(? AS BINARY), LENGTH(?)")) {
            for (boolean stream : List.of(false, true)) {
                if (stream) {
                    echo.setBinaryStream(1, new ByteArrayInputStream(big), big.length);
                } else {
                    echo.setBytes(1, big);
                }
                echo.setInt(2, 12345);
                try (ResultSet result = echo.executeQuery()) {
                    result.next();
                    byte[] echoed = result.getBytes(1);
                    lines.say(
                            stream ? "long data" : "big parameter",
                            echoed.length + " " + Arrays.equals(echoed, big) + " " + result.getString(2));
                }
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT REPEAT('abcd', " + big.length / 4 + "), 'behind'")) {
            result.next();
            lines.say("big row", Lines.shown(result.getBytes(1)) + " " + result.getString(2));
        }
    }

    private void bulk(Connection connection) throws SQLException {
        query(connection, "bulk", "CREATE TABLE t_bulk (id INT PRIMARY KEY, s VARCHAR(100))");
        String setting = client.isOfMySql() ? "rewriteBatchedStatements" : "useBulkStmts";
        for (boolean together : List.of(false, true)) {
            String feature = together ? "bulk together" : "bulk";
            try (Connection writer = client.open(target, Map.of(setting, "" + together));
                    PreparedStatement insert = writer.prepareStatement("INSERT INTO t_bulk VALUES (?, ?)")) {
                for (int i = 0; i < 500; i++) {
                    insert.setInt(1, together ? 1000 + i : i);
                    insert.setString(2, i % 10 == 0 ? null : "b".repeat(i % 100));
                    insert.addBatch();
                }
                attempt(feature, () -> lines.say(feature, Arrays.toString(insert.executeBatch())));
                insert.setInt(1, 5);
                insert.setString(2, "again");
                insert.addBatch();
                attempt(feature, () -> lines.say(feature, Arrays.toString(insert.executeBatch())));
            }
        }
        query(connection, "bulk", "SELECT COUNT(*), SUM(id), MIN(s), MAX(s) FROM t_bulk");
    }

    private void calls(Connection connection) {
        attempt("out parameters", () -> {
            try (CallableStatement call = connection.prepareCall("{CALL p_call(?, ?, ?)}")) {
                for (int i = 0; i < 2; i++) {
                    call.setInt(1, i + 20);
                    call.registerOutParameter(2, Types.INTEGER);
                    call.setString(3, "hey" + i);
                    call.registerOutParameter(3, Types.VARCHAR);
                    results("out parameters", call, call.execute());
                    lines.say("out parameters", call.getInt(2) + " " + call.getString(3));
                }
            }
        });
    }

    private void reading(Connection connection) throws SQLException {
        Map<String, String> cursor =
                client.isOfMySql() ? Map.of("useCursorFetch", "true", "defaultFetchSize", "7") : Map.of();
        try (Connection reader = client.open(target, cursor);
                PreparedStatement select = reader.prepareStatement("SELECT * FROM t_rows WHERE id > ? ORDER BY id")) {
            select.setFetchSize(50);
            for (int from : List.of(0, 875, 900)) {
                select.setInt(1, from);
                try (ResultSet result = select.executeQuery()) {
                    show("cursor", result);
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            // Connector/J's way to say "row by row"; MariaDB's driver takes 1
            statement.setFetchSize(client.isOfMySql() ? Integer.MIN_VALUE : 1);
            try (ResultSet result = statement.executeQuery("SELECT * FROM t_rows ORDER BY id")) {
                show("streaming", result);
            }
            try (ResultSet result = statement.executeQuery("SELECT * FROM t_rows ORDER BY id DESC")) {
                result.next();
                lines.say("streaming, the rest not asked for", result.getString(1));
            }
        }
    }

    private void updatable(Connection connection) {
        attempt("updatable result", () -> {
            try (Statement statement =
                            connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                    ResultSet result = statement.executeQuery("SELECT id, v FROM t_auto ORDER BY id")) {
                result.last();
                result.updateInt(2, 77);
                result.updateRow();
                result.first();
                lines.say("updatable result", result.getString(1));
            }
            lines.say("updatable result", single(connection, "SELECT MAX(v) FROM t_auto"));
        });
    }

    private void resets(Connection connection) throws SQLException {
        query(connection, "reset", "SET @mine = 5");
        if (client.isOfMySql()) {
            var own = connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class);
            attempt("reset", own::resetServerState);
            query(connection, "reset", "SELECT @mine");
            query(connection, "change user", "SET @mine = 6");
            attempt("change user", () -> own.changeUser(target.other(), target.password()));
            query(connection, "change user", "SELECT CURRENT_USER(), DATABASE(), @mine");
        } else {
            var own = connection.unwrap(org.mariadb.jdbc.Connection.class);
            attempt("reset", own::reset);
            query(connection, "reset", "SELECT @mine");
        }
    }
}
