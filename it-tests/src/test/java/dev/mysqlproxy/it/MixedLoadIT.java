package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten thousand statements of many kinds from fifty connections at once have the same answers as without the proxy. */
class MixedLoadIT {
    private static final int CONNECTIONS = 50;
    private static final int STATEMENTS = 200;
    /** Otherwise the status tells what the optimizer happened to choose. */
    private static final String BY_KEY = " FORCE INDEX (PRIMARY)";

    static List<TestServer.Kind> kinds() {
        return SharedServers.all().stream().map(TestServer::kind).toList();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sameAnswers(TestServer.Kind kind) throws Exception {
        TestServer server = SharedServers.of(kind);
        try (ProxyProcess proxy = ProxyProcess.before(server)) {
            proxy.admin("SHOW SESSIONS");
            int baseline = proxy.sockets().size();
            List<List<String>> direct = run(server, server.host(), server.port());
            List<List<String>> proxied = run(server, ProxyProcess.HOST, proxy.port());
            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(direct.get(i)).hasSizeGreaterThan(STATEMENTS);
                assertThat(proxied.get(i)).as("connection " + i).containsExactlyElementsOf(direct.get(i));
            }
            proxy.awaitNothingLeft(baseline);
            // the log of a normal day is short
            assertThat(proxy.log().mark().complaints()).isEmpty();
            assertThat(proxy.log().lines()).hasSizeLessThan(12);
        }
    }

    private static List<List<String>> run(TestServer server, String host, int port) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<Future<List<String>>> running = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                int number = i;
                running.add(threads.submit(() -> talk(server, host, port, number)));
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

    private static List<String> talk(TestServer server, String host, int port, int number) {
        long[] kinds = server.kind() == TestServer.Kind.MYSQL
                ? new long[] {Flags.CLASSIC, Flags.MODERN}
                : new long[] {Flags.CLASSIC, Flags.MARIADB, Flags.OLD};
        Login login = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD)
                .schema(Accounts.DATABASE)
                .wanting(kinds[number % kinds.length]);
        String table = "mix_" + number;
        Random random = new Random(number);
        try (RawClient client = RawClient.login(host, port, login)) {
            client.unrecorded("DROP TABLE IF EXISTS " + table);
            client.query("CREATE TABLE " + table + " (id INT PRIMARY KEY, v INT, t VARCHAR(2000))")
                    .ok();
            int select = client.prepare("SELECT id, v, t FROM " + table + BY_KEY + " WHERE id >= ? ORDER BY id")
                    .statementId();
            // of its own: MySQL 9.7 forgets an EOF when a statement runs without a cursor after it ran with one
            int scroll = client.prepare("SELECT id, v FROM " + table + BY_KEY + " WHERE id >= ? ORDER BY id")
                    .statementId();
            int insert = client.prepare("REPLACE INTO " + table + " VALUES (?, ?, ?)")
                    .statementId();
            for (int i = 0; i < STATEMENTS; i++) {
                try {
                    say(client, table, random, new int[] {select, scroll, insert});
                } catch (AssertionError e) {
                    List<String> said = client.transcript();
                    throw new AssertionError(
                            "after " + String.join("\n", said.subList(Math.max(0, said.size() - 20), said.size())), e);
                }
            }
            client.query("DROP TABLE " + table).ok();
            return client.transcript();
        }
    }

    private static void say(RawClient client, String table, Random random, int[] statements) {
        int id = random.nextInt(50);
        int select = statements[0];
        int scroll = statements[1];
        int insert = statements[2];
        switch (random.nextInt(14)) {
            case 0 -> client.query("SELECT v, t FROM " + table + " WHERE id = " + id);
            case 1 -> client.query("SELECT * FROM " + table + BY_KEY + " ORDER BY id");
            case 2 -> client.query("INSERT INTO " + table + " VALUES (" + id + ", 1, 'i')");
            case 3 -> client.query("UPDATE " + table + BY_KEY + " SET v = v + 1 WHERE id < " + id);
            case 4 -> client.query("DELETE FROM " + table + " WHERE id = " + id);
            case 5 -> client.execute(select, 0, Integer.toString(id));
            case 6 -> client.execute(insert, 0, Integer.toString(id), null, "t".repeat(random.nextInt(2000)));
            case 7 -> {
                client.execute(scroll, 1, "0");
                client.command(
                        Command.COM_STMT_FETCH,
                        new Bytes().number(4, scroll).number(4, 20).get());
                client.command(
                        Command.COM_STMT_RESET, new Bytes().number(4, scroll).get());
            }
            case 8 -> client.query("SELECT 1; SELECT COUNT(*) FROM " + table + "; DO 0");
            case 9 -> {
                client.query("BEGIN");
                client.query("UPDATE " + table + " SET v = 7");
                client.query(random.nextBoolean() ? "COMMIT" : "ROLLBACK");
            }
            case 10 -> client.query("SELECT no_such_column FROM " + table);
            case 11 -> client.query("SELECT REPEAT('r', " + random.nextInt(100_000) + ")");
            case 12 -> client.command(Command.COM_PING, new byte[0]);
            default -> client.query("SELECT '" + "q".repeat(random.nextInt(20_000)) + "' = ''");
        }
    }
}
