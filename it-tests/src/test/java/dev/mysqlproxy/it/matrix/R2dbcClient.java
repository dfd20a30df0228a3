package dev.mysqlproxy.it.matrix;

import dev.mysqlproxy.it.server.TestServer.Kind;
import io.asyncer.r2dbc.mysql.MySqlConnectionConfiguration;
import io.asyncer.r2dbc.mysql.MySqlConnectionFactory;
import io.asyncer.r2dbc.mysql.api.MySqlConnection;
import io.asyncer.r2dbc.mysql.constant.CompressionAlgorithm;
import io.asyncer.r2dbc.mysql.constant.SslMode;
import io.asyncer.r2dbc.mysql.constant.ZeroDateOption;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The R2DBC driver {@code io.asyncer:r2dbc-mysql}. */
final class R2dbcClient implements MatrixClient {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String title() {
        return "r2dbc-mysql";
    }

    @Override
    public boolean isBundled() {
        return true;
    }

    @Override
    public Optional<String> version() {
        String version = MySqlConnectionFactory.class.getPackage().getImplementationVersion();
        return Optional.of(title() + (version == null ? "" : " " + version));
    }

    @Override
    public Set<Compression> compressions() {
        return EnumSet.allOf(Compression.class);
    }

    @Override
    public Set<AuthMethod> methods() {
        return EnumSet.complementOf(EnumSet.of(AuthMethod.ED25519));
    }

    /** It does not ask for the server's key. */
    @Override
    public Set<AuthMethod> methodsOverTls() {
        return EnumSet.of(AuthMethod.CACHING_SHA2_COLD, AuthMethod.SHA256);
    }

    @Override
    public List<String> run(Target target) throws Exception {
        return new Session(target).run();
    }

    /** One run. */
    private static final class Session implements Features.Speaker {
        private final Target target;
        private final Lines lines = new Lines();
        private MySqlConnection connection;

        private Session(Target target) {
            this.target = target;
        }

        private MySqlConnection open(UnaryOperator<MySqlConnectionConfiguration.Builder> more) {
            var settings = MySqlConnectionConfiguration.builder()
                    .host(Target.HOST)
                    .port(target.port())
                    .user(target.account())
                    .password(target.password())
                    .database(target.account())
                    .connectTimeout(Duration.ofSeconds(20))
                    .zeroDateOption(ZeroDateOption.USE_NULL)
                    .connectionTimeZone("UTC")
                    .useServerPrepareStatement()
                    .allowLoadLocalInfileInPath(Features.rows().getParent().toString())
                    .compressionAlgorithms(CompressionAlgorithm.valueOf(
                            target.compression() == Compression.NONE
                                    ? "UNCOMPRESSED"
                                    : target.compression().name()))
                    .sslMode(target.tls() ? SslMode.VERIFY_CA : SslMode.DISABLED);
            if (target.tls()) {
                // the driver checks names itself; Netty 4.2 would, too, but is not told the host by it
                settings.sslCa(target.ca().toString())
                        .sslContextBuilderCustomizer(builder -> builder.endpointIdentificationAlgorithm(""));
            }
            return MySqlConnectionFactory.from(more.apply(settings).build())
                    .create()
                    .block(PATIENCE);
        }

        private List<String> run() throws Exception {
            connection = open(settings -> settings);
            try {
                hop();
                Features.run(target.kind(), this);
                begin();
                own();
            } finally {
                connection.close().block(PATIENCE);
            }
            logins();
            return lines.all();
        }

        @Override
        public void begin() {
            say("USE " + target.account());
        }

        private void say(String sql) {
            Flux.from(connection.createStatement(sql).execute())
                    .flatMap(Result::getRowsUpdated)
                    .blockLast(PATIENCE);
        }

        @Override
        public void query(String feature, String sql) {
            execute(feature, connection.createStatement(sql));
        }

        @Override
        public void prepared(String feature, String sql, List<Object> values) {
            Statement statement = connection.createStatement(sql);
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i) == Features.Null.NULL) {
                    statement.bindNull(i, String.class);
                } else {
                    statement.bind(i, values.get(i));
                }
            }
            execute(feature, statement);
        }

        private void execute(String feature, Statement statement) {
            attempt(feature, () -> {
                Flux<List<String>> results = Flux.from(statement.execute())
                        .concatMap(result ->
                                Flux.from(result.flatMap(Session::shown)).collectList());
                for (List<String> result : results.collectList().block(PATIENCE)) {
                    result.stream().limit(1).forEach(first -> lines.say(feature, first));
                    lines.rows(feature, result.stream().skip(1).toList());
                }
            });
        }

        private void attempt(String feature, Runnable work) {
            try {
                work.run();
            } catch (R2dbcException e) {
                lines.say(feature, "error " + e.getErrorCode() + " " + e.getSqlState() + " " + text(e));
            } catch (RuntimeException e) {
                lines.say(feature, "failed " + e.getClass().getName());
            }
        }

        /** The driver's own texts name ports. */
        private static String text(R2dbcException e) {
            return e.getErrorCode() == 0 ? e.getClass().getSimpleName() : e.getMessage();
        }

        private static Flux<String> shown(Result.Segment segment) {
            if (segment instanceof Result.RowSegment row) {
                return Flux.just(row(row.row(), row.row().getMetadata()));
            }
            if (segment instanceof Result.UpdateCount count) {
                return Flux.just("count " + count.value());
            }
            if (segment instanceof Result.Message message) {
                return Flux.error(message.exception());
            }
            return Flux.empty();
        }

        private static String row(Row row, RowMetadata meta) {
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < meta.getColumnMetadatas().size(); i++) {
                var column = meta.getColumnMetadatas().get(i);
                values.add(column.getType().getName());
                values.add(value(row, i));
            }
            return Lines.row(values);
        }

        private static Object value(Row row, int index) {
            try {
                Object value = row.get(index);
                if (value instanceof java.nio.ByteBuffer buffer) {
                    byte[] bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    return bytes;
                }
                return value;
            } catch (IllegalArgumentException | IllegalStateException e) {
                return e.getClass().getSimpleName();
            }
        }

        private String single(MySqlConnection from, String sql) {
            return Flux.from(from.createStatement(sql).execute())
                    .concatMap(result -> result.map((row, meta) -> "" + row.get(0)))
                    .blockLast(PATIENCE);
        }

        private void hop() {
            Flux.from(connection
                            .createStatement("SHOW STATUS WHERE Variable_name IN ('Ssl_cipher', 'Compression')")
                            .execute())
                    .concatMap(result -> result.map((row, meta) -> row.get(0) + "\t" + row.get(1)))
                    .doOnNext(line -> lines.say("hop." + line.split("\t")[0], line.substring(line.indexOf('\t') + 1)))
                    .blockLast(PATIENCE);
        }

        private void own() {
            lines.say("server version", connection.getMetadata().getDatabaseVersion());
            lines.say("ping", connection.validate(ValidationDepth.REMOTE).block(PATIENCE));
            kills();
            query("local infile", "CREATE TABLE t_file (id INT PRIMARY KEY, t VARCHAR(100))");
            query("local infile", "LOAD DATA LOCAL INFILE '" + Features.rows() + "' INTO TABLE t_file");
            query("local infile", "SELECT COUNT(*), SUM(id), SUM(CRC32(t)) FROM t_file");
            bulk();
            byte[] big = "abcd".repeat(target.bigBytes() / 4).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            prepared("big parameter", "SELECT LENGTH(?), CRC32(?)", List.of(big, big));
            query("big row", "SELECT REPEAT('abcd', " + big.length / 4 + "), 'behind'");
            attempt("transaction", () -> {
                connection.beginTransaction().block(PATIENCE);
                query("transaction", "DELETE FROM t_trans");
                connection.rollbackTransaction().block(PATIENCE);
                query("transaction", "SELECT COUNT(*) FROM t_trans");
            });
        }

        private void kills() {
            MySqlConnection other = open(settings -> settings);
            String id = single(other, "SELECT CONNECTION_ID()");
            var asleep = Mono.fromCallable(() -> single(other, "SELECT SLEEP(30)"))
                    .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic())
                    .onErrorResume(R2dbcException.class, e -> Mono.just("error " + e.getErrorCode()))
                    .toFuture();
            String seen =
                    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep' AND ID = " + id;
            for (int i = 0; i < 2000 && single(connection, seen).equals("0"); i++) {
                Thread.onSpinWait();
            }
            query("kill query, killer", "KILL QUERY " + id);
            lines.say("kill query", asleep.join());
            lines.say("kill query", single(other, "SELECT 'usable'"));
            query("kill", "KILL " + id);
            attempt(
                    "kill",
                    () -> lines.say(
                            "kill", other.validate(ValidationDepth.REMOTE).block(PATIENCE)));
            other.close().onErrorComplete().block(PATIENCE);
            query("kill", "KILL 4294967290");
        }

        private void bulk() {
            query("bulk", "CREATE TABLE t_bulk (id INT PRIMARY KEY, s VARCHAR(100))");
            Statement insert = connection.createStatement("INSERT INTO t_bulk VALUES (?, ?)");
            for (int i = 0; i < 100; i++) {
                if (i > 0) {
                    insert.add();
                }
                insert.bind(0, i).bind(1, "b".repeat(i));
            }
            attempt(
                    "bulk",
                    () -> lines.say(
                            "bulk",
                            Flux.from(insert.execute())
                                    .concatMap(Result::getRowsUpdated)
                                    .reduce(0L, Long::sum)
                                    .block(PATIENCE)));
            query("bulk", "SELECT COUNT(*), SUM(id), MIN(s), MAX(s) FROM t_bulk");
            Statement select = connection.createStatement("SELECT * FROM t_rows WHERE id > ? ORDER BY id");
            execute("cursor", select.bind(0, 5).fetchSize(50));
        }

        private void logins() {
            login("wrong password", settings -> settings.password("wrong"));
            login("unknown user", settings -> settings.user("nobody_here"));
            login("unknown database", settings -> settings.database("there_is_no_such_database"));
            login("other user", settings -> settings.user(target.other()));
            login("client statements", MySqlConnectionConfiguration.Builder::useClientPrepareStatement);
            login(
                    "expired password",
                    settings -> settings.user(target.expired()).database(""));
        }

        private void login(String feature, UnaryOperator<MySqlConnectionConfiguration.Builder> more) {
            attempt(feature, () -> {
                MySqlConnection login = open(more);
                try {
                    lines.say(feature, single(login, "SELECT CURRENT_USER()"));
                    if (feature.startsWith("expired")) {
                        String renewal = target.kind() == Kind.MYSQL ? "'Renewed-1'" : "PASSWORD('Renewed-1')";
                        single(login, "SET PASSWORD = " + renewal);
                    }
                } finally {
                    login.close().block(PATIENCE);
                }
            });
        }
    }
}
