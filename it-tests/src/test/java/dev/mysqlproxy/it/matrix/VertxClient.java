package dev.mysqlproxy.it.matrix;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mysqlclient.MySQLAuthOptions;
import io.vertx.mysqlclient.MySQLClient;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import io.vertx.mysqlclient.MySQLException;
import io.vertx.mysqlclient.SslMode;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** The Vert.x client {@code io.vertx:vertx-mysql-client}, with commands in a row. */
final class VertxClient implements MatrixClient {
    private static final long PATIENCE_SECONDS = 60;

    @Override
    public String title() {
        return "Vert.x";
    }

    @Override
    public boolean isBundled() {
        return true;
    }

    @Override
    public Optional<String> version() {
        String version = MySQLConnection.class.getPackage().getImplementationVersion();
        return Optional.of("Vert.x" + (version == null ? "" : " " + version));
    }

    @Override
    public Set<Compression> compressions() {
        return EnumSet.of(Compression.NONE);
    }

    @Override
    public Set<AuthMethod> methods() {
        return EnumSet.complementOf(EnumSet.of(AuthMethod.ED25519, AuthMethod.SHA256));
    }

    @Override
    public List<String> run(Target target) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            return new Session(vertx, target).run();
        } finally {
            await(vertx.close());
        }
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** A step that may well end in an error. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /** One run. */
    private static final class Session implements Features.Speaker {
        private final Vertx vertx;
        private final Target target;
        private final Lines lines = new Lines();
        private MySQLConnection connection;

        private Session(Vertx vertx, Target target) {
            this.vertx = vertx;
            this.target = target;
        }

        private MySQLConnection open(UnaryOperator<MySQLConnectOptions> more) throws TimeoutException {
            MySQLConnectOptions options = new MySQLConnectOptions()
                    .setHost(Target.HOST)
                    .setPort(target.port())
                    .setUser(target.account())
                    .setPassword(target.password())
                    .setDatabase(target.account())
                    .setCharset("utf8mb4")
                    .setProperties(Map.of("program_name", "matrix"))
                    .setPipeliningLimit(8)
                    .setSslMode(target.tls() ? SslMode.VERIFY_IDENTITY : SslMode.DISABLED);
            if (target.tls()) {
                options.setSslOptions(new ClientSSLOptions()
                        .setHostnameVerificationAlgorithm("HTTPS")
                        .setTrustOptions(
                                new PemTrustOptions().addCertPath(target.ca().toString())));
            }
            return await(MySQLConnection.connect(vertx, more.apply(options)));
        }

        private List<String> run() throws Exception {
            connection = open(options -> options);
            for (Row row : await(connection
                    .query("SHOW STATUS WHERE Variable_name IN ('Ssl_cipher', 'Compression')")
                    .execute())) {
                lines.say("hop." + row.getString(0), row.getString(1));
            }
            Features.run(target.kind(), this);
            begin();
            own();
            await(connection.close());
            logins();
            return lines.all();
        }

        @Override
        public void begin() throws TimeoutException {
            await(connection.specifySchema(target.account()));
        }

        @Override
        public void query(String feature, String sql) {
            query(connection, feature, sql);
        }

        private void query(MySQLConnection on, String feature, String sql) {
            attempt(feature, () -> show(feature, await(on.query(sql).execute())));
        }

        @Override
        public void prepared(String feature, String sql, List<Object> values) {
            List<Object> tuple = new ArrayList<>();
            for (Object value : values) {
                tuple.add(value == Features.Null.NULL ? null : value instanceof byte[] b ? Buffer.buffer(b) : value);
            }
            attempt(
                    feature,
                    () -> show(feature, await(connection.preparedQuery(sql).execute(Tuple.from(tuple)))));
        }

        private void show(String feature, RowSet<Row> first) {
            for (RowSet<Row> result = first; result != null; result = result.next()) {
                if (result.columnDescriptors() == null
                        || result.columnDescriptors().isEmpty()) {
                    lines.say(
                            feature,
                            "count " + result.rowCount() + " id " + result.property(MySQLClient.LAST_INSERTED_ID));
                    continue;
                }
                lines.columns(
                        feature,
                        result.columnDescriptors().stream()
                                .map(column -> column.name() + ":" + column.typeName() + ":" + column.jdbcType())
                                .toList());
                List<String> rows = new ArrayList<>();
                for (Row row : result) {
                    List<Object> values = new ArrayList<>();
                    for (int i = 0; i < row.size(); i++) {
                        Object value = row.getValue(i);
                        values.add(value instanceof Buffer buffer ? buffer.getBytes() : value);
                    }
                    rows.add(Lines.row(values));
                }
                lines.rows(feature, rows);
            }
        }

        private void attempt(String feature, Step step) {
            try {
                step.run();
            } catch (MySQLException e) {
                lines.say(feature, "error " + e.getErrorCode() + " " + e.getSqlState() + " " + e.getMessage());
            } catch (VertxException e) {
                // each moment at which the client may notice has an exception of its own
                lines.say(feature, "lost");
            } catch (Exception e) {
                // the client's own texts name addresses
                lines.say(feature, "failed " + e.getClass().getName());
            }
        }

        private String single(MySQLConnection on, String sql) throws TimeoutException {
            String value = null;
            for (Row row : await(on.query(sql).execute())) {
                value = "" + row.getValue(0);
            }
            return value;
        }

        private void own() throws Exception {
            lines.say("server version", connection.databaseMetadata().fullVersion());
            attempt("ping", () -> {
                await(connection.ping());
                lines.say("ping", "ok");
            });
            attempt(
                    "statistics",
                    () -> lines.say(
                            "statistics",
                            await(connection.getInternalStatistics()).startsWith("Uptime: ")));
            attempt("init db", () -> await(connection.specifySchema("there_is_no_such_database")));
            query(
                    "attributes",
                    "SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs WHERE PROCESSLIST_ID ="
                            + " CONNECTION_ID() AND ATTR_NAME = 'program_name'");
            kills();
            query("local infile", "CREATE TABLE t_file (id INT PRIMARY KEY, t VARCHAR(100))");
            if (target.tls()) {
                // through TLS this client sends the request for the file no answer, to whatever server
                query("local infile", "INSERT INTO t_file VALUES (1, 'row 1'), (2, 'row 2')");
            } else {
                query("local infile", "LOAD DATA LOCAL INFILE '" + Features.rows() + "' INTO TABLE t_file");
            }
            query("local infile", "SELECT COUNT(*), SUM(id), SUM(CRC32(t)) FROM t_file");
            Buffer big = Buffer.buffer("abcd".repeat(target.bigBytes() / 4));
            prepared("big parameter", "SELECT CAST(? AS BINARY), LENGTH(?)", List.of(big, big));
            query("big row", "SELECT REPEAT('abcd', " + target.bigBytes() / 4 + "), 'behind'");
            bulk();
            pipelining();
            cursors();
            query("reset", "SET @mine = 5");
            attempt("reset", () -> await(connection.resetConnection()));
            query("reset", "SELECT @mine, DATABASE()");
            attempt(
                    "change user",
                    () -> await(connection.changeUser(new MySQLAuthOptions()
                            .setUser(target.other())
                            .setPassword(target.password())
                            .setDatabase(target.account()))));
            query("change user", "SELECT CURRENT_USER(), DATABASE(), @mine");
        }

        private void kills() throws Exception {
            MySQLConnection other = open(options -> options);
            String id = single(other, "SELECT CONNECTION_ID()");
            Future<RowSet<Row>> asleep = other.query("SELECT SLEEP(30)").execute();
            String seen =
                    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep' AND ID = " + id;
            for (int i = 0; i < 2000 && single(connection, seen).equals("0"); i++) {
                Thread.onSpinWait();
            }
            query("kill query, killer", "KILL QUERY " + id);
            attempt("kill query", () -> show("kill query", await(asleep)));
            query(other, "kill query", "SELECT 'usable'");
            query("kill", "KILL " + id);
            lines.say("kill", isLost(other) ? "lost" : "usable");
            query("kill", "KILL 4294967290");
        }

        private boolean isLost(MySQLConnection killed) throws TimeoutException {
            try {
                single(killed, "SELECT 1");
                return false;
            } catch (VertxException e) {
                return true;
            }
        }

        private void bulk() {
            query("bulk", "CREATE TABLE t_bulk (id INT PRIMARY KEY, s VARCHAR(100))");
            List<Tuple> rows = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                rows.add(Tuple.of(i, i % 10 == 0 ? null : "b".repeat(i % 100)));
            }
            attempt(
                    "bulk",
                    () -> show(
                            "bulk",
                            await(connection
                                    .preparedQuery("INSERT INTO t_bulk VALUES (?, ?)")
                                    .executeBatch(rows))));
            query("bulk", "SELECT COUNT(*), SUM(id), MIN(s), MAX(s) FROM t_bulk");
        }

        private void pipelining() {
            List<Future<RowSet<Row>>> wave = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                wave.add(connection
                        .preparedQuery(i == 20 ? "SELECT * FROM there_is_no_such_table" : "SELECT " + i + ", ?")
                        .execute(i == 20 ? Tuple.tuple() : Tuple.of("v" + i)));
            }
            wave.forEach(each -> attempt("pipelining", () -> show("pipelining", await(each))));
        }

        private void cursors() {
            attempt("cursor", () -> {
                var statement = await(connection.prepare("SELECT * FROM t_rows WHERE id > ? ORDER BY id"));
                for (int from : List.of(0, 875, 900)) {
                    var cursor = statement.cursor(Tuple.of(from));
                    int seen = 0;
                    for (int i = 0; i < 100 && (i == 0 || cursor.hasMore()); i++) {
                        seen += await(cursor.read(50)).size();
                    }
                    lines.say("cursor", seen);
                    await(cursor.close());
                }
                await(statement.close());
            });
        }

        private void logins() {
            login("wrong password", options -> options.setPassword("wrong"));
            login("unknown user", options -> options.setUser("nobody_here"));
            login("unknown database", options -> options.setDatabase("there_is_no_such_database"));
            login("other user", options -> options.setUser(target.other()));
            login("found rows", options -> options.setUseAffectedRows(false));
            login("latin1", options -> options.setCharset("latin1").setCollation("latin1_swedish_ci"));
            login(
                    "expired password",
                    options -> options.setUser(target.expired()).setDatabase(""));
        }

        private void login(String feature, UnaryOperator<MySQLConnectOptions> more) {
            attempt(feature, () -> {
                MySQLConnection login = open(more);
                query(login, feature, "SELECT CURRENT_USER(), DATABASE()");
                query(login, feature, "UPDATE t_file SET t = t WHERE id < 3");
                await(login.close());
            });
        }
    }
}
