package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.Replication;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many clients at once see through rw-splitting what they see without it, and survive the loss of connections. */
class ReadWriteSplittingLoadIT {
    private static final int CLIENTS = 16;
    private static final int STEPS = 200;
    private static final int KILLS = 10;
    private static final int ROUNDS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static List<ServerSource> sources() {
        return Servers.available();
    }

    private static Login account(int number) {
        return Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(schema(number));
    }

    private static String schema(int number) {
        return "split_" + number;
    }

    private static ProxyProcess splitting(TestServer primary, TestServer replica) {
        return Scripts.with(Scripts.ofDistribution("rw-splitting.lua"))
                .backend(primary)
                .options("--proxy-read-only-backend-addresses=" + replica.host() + ":" + replica.port())
                .start();
    }

    private static void makeSchemas(TestServer primary, TestServer replica) {
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            String table = schema(i) + ".kept";
            statements.add("CREATE DATABASE " + schema(i));
            statements.add("CREATE TABLE " + table + " (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(100))");
            statements.add("CREATE TABLE " + schema(i) + ".fixed (id INT PRIMARY KEY)");
            statements.add("INSERT INTO " + schema(i) + ".fixed VALUES (1), (2), (3), (4), (" + (100 + i) + ")");
        }
        // the accounts are not replicated
        Scripts.directly(primary, statements.toArray(String[]::new));
        for (TestServer server : List.of(primary, replica)) {
            Scripts.directly(
                    server,
                    "SET sql_log_bin = 0",
                    "GRANT ALL PRIVILEGES ON `split\\_%`.* TO '" + Accounts.APP_USER + "'@'%'");
        }
        Replication.awaitCaughtUp(primary, replica, PATIENCE);
    }

    private static void dropSchemas(TestServer primary) {
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            statements.add("DROP DATABASE IF EXISTS " + schema(i));
        }
        Scripts.directly(primary, statements.toArray(String[]::new));
    }

    /** Logins until both servers have connections in the pool. */
    private static void fill(ProxyProcess proxy) {
        for (int round = 0; round < 2; round++) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(RawClient.login(ProxyProcess.HOST, proxy.port(), account(i)));
            }
            clients.forEach(RawClient::close);
        }
    }

    private interface Talk {
        List<String> with(int number);
    }

    private static List<List<String>> inParallel(Talk talk) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<List<String>>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                running.add(threads.submit(() -> talk.with(number)));
            }
            List<List<String>> said = new ArrayList<>();
            for (Future<List<String>> one : running) {
                said.add(one.get());
            }
            return said;
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("sources")
    void sameAnswers(ServerSource source) throws Exception {
        TestServer primary = SharedServers.of(source);
        try (TestServer replica = source.replicaOf(primary)) {
            makeSchemas(primary, replica);
            List<List<String>> direct = inParallel(number -> converse(primary.host(), primary.port(), number));
            dropSchemas(primary);
            makeSchemas(primary, replica);
            try (ProxyProcess proxy = splitting(primary, replica)) {
                fill(proxy);
                long before = selects(replica);
                List<List<String>> proxied = inParallel(number -> converse(ProxyProcess.HOST, proxy.port(), number));
                assertThat(selects(replica) - before)
                        .as("SELECTs at the replica")
                        .isGreaterThan(CLIENTS);
                for (int i = 0; i < CLIENTS; i++) {
                    assertThat(proxied.get(i)).as("client " + i).containsExactlyElementsOf(direct.get(i));
                }
                assertThat(proxy.log().matching("\\(critical\\) .*\\((read|connect|disconnect)_"))
                        .isEmpty();
            }
        } finally {
            dropSchemas(primary);
        }
    }

    private static long selects(TestServer server) throws SQLException {
        return number(server, "SHOW GLOBAL STATUS LIKE 'Com_select'");
    }

    /** The last column of the one row. */
    private static long number(TestServer server, String query) throws SQLException {
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            assertThat(result.next()).isTrue();
            return result.getLong(result.getMetaData().getColumnCount());
        }
    }

    private static List<String> converse(String host, int port, int number) {
        try (RawClient client = RawClient.login(host, port, account(number))) {
            Conversation conversation = new Conversation(client, schema(number));
            Random random = new Random(number);
            for (int i = 0; i < STEPS; i++) {
                conversation.step(random.nextInt(Conversation.KINDS), i);
            }
            return conversation.said;
        }
    }

    /** A client that connects again when its connection is lost. */
    private static final class Persistent implements AutoCloseable {
        private final ProxyProcess proxy;
        private final int number;
        private RawClient client;
        private int failures;

        Persistent(ProxyProcess proxy, int number) {
            this.proxy = proxy;
            this.number = number;
            client = Scripts.login(proxy, account(number));
        }

        /**
         * The one value, or ok. An error may come once. A lost connection may come twice: on a busy machine the proxy
         * hears a moment later than this test of connections that are gone.
         */
        String value(String sql) {
            for (int attempt = 0; ; attempt++) {
                if (client == null) {
                    client = Scripts.login(proxy, account(number));
                }
                try {
                    Reply reply = client.query(sql);
                    if (!reply.isError()) {
                        return reply.packets().get(0).first() == 0 ? "ok" : reply.value();
                    }
                    if (attempt > 0) {
                        throw new AssertionError(sql + " failed again: " + reply.errorText());
                    }
                    if (client.pingOrClosed().equals("closed")) {
                        client.close();
                        client = null;
                    }
                } catch (UncheckedIOException e) {
                    if (attempt > 1) {
                        throw new AssertionError(
                                sql + " lost its connection again:\n"
                                        + String.join("\n", proxy.log().lines()),
                                e);
                    }
                    client.close();
                    client = null;
                }
                failures++;
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static int killAll(TestServer server) throws SQLException {
        List<Long> threads = new ArrayList<>();
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement()) {
            try (ResultSet result = statement.executeQuery(
                    "SELECT id FROM information_schema.processlist WHERE user = '" + Accounts.APP_USER + "'")) {
                while (result.next()) {
                    threads.add(result.getLong(1));
                }
            }
            for (long thread : threads) {
                statement.execute("KILL " + thread);
            }
        }
        String left = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = '" + Accounts.APP_USER + "'";
        await().until(() -> number(server, left) == 0);
        return threads.size();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("sources")
    void survivesKilledConnections(ServerSource source) throws Exception {
        TestServer primary = SharedServers.of(source);
        try (TestServer replica = source.replicaOf(primary)) {
            makeSchemas(primary, replica);
            try (ProxyProcess proxy = splitting(primary, replica)) {
                fill(proxy);
                try (Persistent client = new Persistent(proxy, 0)) {
                    int killed = 0;
                    for (int i = 0; i < KILLS; i++) {
                        assertThat(client.value("SELECT MAX(id) FROM fixed")).isEqualTo("100");
                        killed += killAll(i % 2 == 0 ? replica : primary);
                        assertThat(client.value("SELECT MAX(id) FROM fixed")).isEqualTo("100");
                        assertThat(client.value("INSERT INTO kept (v) VALUES ('k" + i + "')"))
                                .isEqualTo("ok");
                    }
                    assertThat(killed).isPositive();
                    assertThat(client.failures).isLessThanOrEqualTo(2 * KILLS);
                }
                // none is lost; one whose answer was lost may be there twice
                assertThat(number(primary, "SELECT COUNT(DISTINCT v) FROM split_0.kept"))
                        .isEqualTo(KILLS);
            }
        } finally {
            dropSchemas(primary);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("sources")
    void survivesAStoppedReplica(ServerSource source) throws Exception {
        TestServer primary = SharedServers.of(source);
        try (TestServer replica = source.replicaOf(primary)) {
            makeSchemas(primary, replica);
            try (ProxyProcess proxy = splitting(primary, replica)) {
                fill(proxy);
                List<Persistent> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new Persistent(proxy, i));
                }
                replica.kill();
                for (int round = 0; round < ROUNDS; round++) {
                    for (Persistent client : clients) {
                        assertThat(client.value("SELECT MAX(id) FROM fixed")).isEqualTo("" + (100 + client.number));
                        assertThat(client.value("INSERT INTO kept (v) VALUES ('s')"))
                                .isEqualTo("ok");
                    }
                }
                for (Persistent client : clients) {
                    assertThat(client.failures).isLessThanOrEqualTo(2);
                    client.close();
                }
            }
        } finally {
            dropSchemas(primary);
        }
    }
}
