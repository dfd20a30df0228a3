package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.FakeServer;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scripts as their users write them, with the manual beside them. */
class UserScriptsIT {
    private static final Login ROOT = Login.of(Accounts.ROOT_USER, Accounts.ROOT_PASSWORD);
    private static final int DEADLOCK = 1213;

    private static TestServer server;
    private static TestServer other;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
        other = Servers.preferred().start();
    }

    @AfterAll
    static void stop() {
        other.close();
    }

    private static ProxyProcess start(String script) {
        return Scripts.before(server, Scripts.ofTests("user/" + script + ".lua"));
    }

    private static void assertNoScriptFailed(ProxyProcess proxy) {
        assertThat(proxy.log().matching("\\((critical|error)\\) (\\(|lua)")).isEmpty();
    }

    @Test
    void counter() {
        try (ProxyProcess proxy = start("query-counter");
                RawClient app = Scripts.login(proxy);
                RawClient root = Scripts.login(proxy, ROOT)) {
            app.query("SELECT 1").ok();
            app.query("SELECT 2").ok();
            root.query("SELECT 3").ok();
            assertThat(root.query("show counts").rows())
                    .containsExactly(Map.of("user", "app", "count", "2"), Map.of("user", "root", "count", "1"));
            assertNoScriptFailed(proxy);
        }
    }

    @Test
    void blocker() {
        Scripts.directly(server, "CREATE TABLE test.blocked (id INT)", "INSERT INTO test.blocked VALUES (1), (2)");
        try (ProxyProcess proxy = start("blocker");
                RawClient client = Scripts.login(proxy)) {
            for (String sql : List.of(
                    "DELETE FROM blocked", "/* a */ delete from blocked -- where", "DELETE FROM `blocked` LIMIT 1")) {
                assertThat(client.query(sql).errorText())
                        .isEqualTo("1175 #HY000DELETE without WHERE is not allowed here");
            }
            assertThat(client.query("update blocked set id = 3").errorCode()).isEqualTo(1175);
            assertThat(client.prepare("DELETE FROM blocked").errorCode()).isEqualTo(1175);
            client.query("DELETE FROM blocked WHERE id = 1").ok();
            assertThat(client.query("SELECT COUNT(*) FROM blocked").value()).isEqualTo("1");
            assertNoScriptFailed(proxy);
        } finally {
            Scripts.directly(server, "DROP TABLE test.blocked");
        }
    }

    @Test
    void rewriter() {
        Scripts.directly(server, "CREATE TABLE test.items (id INT)", "INSERT INTO test.items VALUES (1), (2), (3)");
        try (ProxyProcess proxy = start("rewriter");
                RawClient client = Scripts.login(proxy)) {
            assertThat(client.query("SELECT id FROM old_items ORDER BY id;").rows())
                    .containsExactly(Map.of("id", "1"), Map.of("id", "2"));
            assertThat(client.query("SELECT id FROM items ORDER BY id LIMIT 3").rows())
                    .hasSize(3);
            client.query("DELETE FROM old_items WHERE id = 3").ok();
            assertThat(client.query("SELECT COUNT(*) FROM items LIMIT 1").value())
                    .isEqualTo("2");
            assertThat(client.query("SELECT 'old_items_2' AS a LIMIT 1").value())
                    .isEqualTo("old_items_2");
            assertNoScriptFailed(proxy);
        } finally {
            Scripts.directly(server, "DROP TABLE test.items");
        }
    }

    @Test
    void multiQuery() {
        try (ProxyProcess proxy = start("multi-query");
                RawClient client = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'one'").value()).isEqualTo("one");
            assertThat(client.query("SELECT 'two'").value()).isEqualTo("two");
            output.line("result of 10")
                    .line("result of 20")
                    .line("result of 30")
                    .line("selects so far: 2");
            assertThat(client.query("SELECT nonsense").errorCode()).isEqualTo(1054);
            output.line("selects so far: 3");
            assertThat(client.query("SELECT 'still'").value()).isEqualTo("still");
            assertNoScriptFailed(proxy);
        }
    }

    @Test
    void mask() {
        Scripts.directly(
                server,
                "CREATE TABLE test.cards (id INT, card VARCHAR(30))",
                "INSERT INTO test.cards VALUES (1, '1234567890123456'), (2, NULL), (3, '12'), (4, '')");
        try (ProxyProcess proxy = start("mask")) {
            for (long flags : List.of(Flags.CLASSIC, Flags.CLASSIC | Flags.CLIENT_DEPRECATE_EOF)) {
                try (RawClient client = Scripts.login(proxy, Scripts.APP.wanting(flags))) {
                    assertThat(client.query("SELECT id, card AS c FROM cards ORDER BY id")
                                    .rows())
                            .extracting(row -> row.get("id") + " " + row.get("c"))
                            .containsExactly("1 ************3456", "2 null", "3 12", "4 ");
                    assertThat(client.query("SELECT id FROM cards WHERE card = '1234567890123456'")
                                    .value())
                            .isEqualTo("1");
                    client.query("DO 1").ok();
                    assertThat(client.query("SELEC").errorCode()).isEqualTo(1064);
                }
            }
            assertNoScriptFailed(proxy);
        } finally {
            Scripts.directly(server, "DROP TABLE test.cards");
        }
    }

    @Test
    void fakeServer() {
        // nobody listens there, and nobody is asked
        try (ProxyProcess proxy = Scripts.with(Scripts.ofTests("user/fake-server.lua"))
                .backend("127.0.0.1:1")
                .start()) {
            Login anybody = Login.of("anybody", "anything").wanting(Flags.OLD).method("mysql_native_password");
            try (RawClient client = Scripts.login(proxy, anybody)) {
                assertThat(client.greeting().serverVersion()).isEqualTo("5.00.99");
                assertThat(client.greeting().threadId()).isEqualTo(4711);
                List<Map<String, String>> rows = client.query("SELECT me").rows();
                assertThat(rows).hasSize(2);
                assertThat(rows.get(0))
                        .containsEntry("you said", "SELECT me")
                        .containsEntry("length", "9")
                        .containsEntry("nothing", null);
                assertThat(rows.get(1)).containsEntry("you said", "anybody").containsEntry("length", "1.5");
                assertThat(client.query("INSERT INTO t VALUES (1)").last().payload())
                        .startsWith(0, 3, 17);
                assertThat(client.query("DROP TABLE t").errorText())
                        .isEqualTo("1064 #42000I only know SELECT and INSERT");
                assertThat(client.pingOrClosed()).contains("7 \\00\\00\\00\\02\\00\\00\\00");
            }
            try (RawClient client = RawClient.tryLogin(
                    ProxyProcess.HOST,
                    proxy.port(),
                    Login.of("nobody", "x").wanting(Flags.OLD).method("mysql_native_password"))) {
                assertThat(Reply.errorText(client.loginPackets().get(0))).isEqualTo("1045 #28000nobody is not welcome");
            }
            assertNoScriptFailed(proxy);
        }
    }

    @Test
    void sharder() {
        try (ProxyProcess proxy = Scripts.with(Scripts.ofTests("user/sharder.lua"))
                        .backend(server)
                        .backend(other)
                        .start();
                RawClient first = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(first.query("SELECT @@port").value()).isEqualTo("" + server.port());
            assertThat(first.query("/* shard=2 */ SELECT 1").errorText()).contains("no connection to shard 2 is idle");
            assertThat(first.query("/* shard=3 */ SELECT 1").errorText()).contains("there is no shard 3");
            try (RawClient second = Scripts.login(proxy)) {
                assertThat(second.query("/* shard=2 */ SELECT @@port").value()).isEqualTo("" + other.port());
                assertThat(second.query("SELECT @@port").value()).isEqualTo("" + server.port());
                assertThat(first.query("/*shard=2*/ SELECT @@port").value()).isEqualTo("" + other.port());
            }
            output.line("shard 1 answered").line("shard 2 answered");
            // both connections have outlived the second client
            assertThat(first.query("/* shard=2 */ SELECT @@port").value()).isEqualTo("" + other.port());
            assertNoScriptFailed(proxy);
        }
    }

    @Test
    void perUserRouter() {
        try (ProxyProcess proxy = Scripts.with(Scripts.ofTests("user/per-user-router.lua"))
                        .backend(server)
                        .options("--proxy-read-only-backend-addresses=" + other.host() + ":" + other.port())
                        .start();
                RawClient first = Scripts.login(proxy);
                RawClient second = Scripts.login(proxy);
                RawClient root = Scripts.login(proxy, ROOT)) {
            Output output = Output.of(proxy);
            assertThat(second.query("SELECT @@port").value()).isEqualTo("" + other.port());
            output.line("app is sent to " + other.host() + ":" + other.port());
            assertThat(root.query("SELECT @@port").value()).isEqualTo("" + server.port());
            // the only connection to a read-only server is taken
            assertThat(first.query("SELECT @@port").errorText()).contains("no server for app");
            assertNoScriptFailed(proxy);
        }
    }

    @Test
    void slowLog() {
        try (ProxyProcess proxy = start("slow-log");
                RawClient client = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            client.query("SELECT 'quick'").ok();
            client.query("SELECT SLEEP(0.25), 'slow'").ok();
            output.line("SELECT SLEEP(0.25), 'slow';");
            output.regex("^# Time: \\d{4}-\\d\\d-\\d\\dT");
            output.line("# User@Host: app [127.0.0.1] Id: " + client.greeting().threadId());
            output.regex("^# Query_time: 0\\.[2-9]\\d\\d Rows_sent: 1 Bytes_sent: \\d+$");
            assertThat(output.lines()).noneMatch(line -> line.contains("quick"));
            assertNoScriptFailed(proxy);
        }
    }

    @Test
    void resultCache() {
        try (ProxyProcess proxy = start("result-cache");
                RawClient first = Scripts.login(proxy);
                RawClient second = Scripts.login(proxy)) {
            String sql = "SELECT /* cache */ UUID() AS u, NULL AS n";
            List<Map<String, String>> rows = first.query(sql).rows();
            assertThat(second.query(sql).rows()).isEqualTo(rows);
            assertThat(first.query(sql).rows()).isEqualTo(rows);
            second.query("flush cache").ok();
            assertThat(second.query(sql).rows()).isNotEqualTo(rows);
            assertThat(proxy.log().matching("^from the cache: ")).hasSize(2);
            assertThat(proxy.log().matching("^kept: ")).hasSize(2);
            assertNoScriptFailed(proxy);
        }
    }

    @Test
    void readOnly() {
        try (ProxyProcess proxy = start("read-only");
                RawClient client = Scripts.login(proxy)) {
            for (String sql : List.of("SELECT 1", "SHOW TABLES", "/* a */ select 1;", "USE test", "EXPLAIN SELECT 1")) {
                client.query(sql).ok();
            }
            for (String sql : List.of(
                    "CREATE TABLE nonesuch (id INT)",
                    "DO 1",
                    "SELECT 1; DROP TABLE nonesuch",
                    "SELECT 1 INTO @x",
                    "SELECT 1 FROM dual FOR UPDATE",
                    "/*! DROP TABLE nonesuch */",
                    "",
                    "-- nothing")) {
                assertThat(client.query(sql).errorText()).as(sql).isEqualTo("1290 #HY000this connection is read-only");
            }
            assertThat(client.prepare("SELECT 1").errorCode()).isEqualTo(1290);
            assertThat(client.pingOrClosed()).doesNotContain("closed");
            assertNoScriptFailed(proxy);
        }
    }

    @Test
    void retryDeadlock() {
        AtomicInteger statements = new AtomicInteger();
        try (FakeServer server = FakeServer.saying(wire -> deadlocks(wire, statements));
                ProxyProcess proxy = Scripts.with(Scripts.ofTests("user/retry-deadlock.lua"))
                        .backend(server.address())
                        .start();
                RawClient client = Scripts.login(proxy, Login.of("app", "x").method("mysql_native_password"))) {
            Output output = Output.of(proxy);
            assertThat(client.query("twice").isError()).isFalse();
            assertThat(statements).hasValue(3);
            output.line("deadlock, try 2: twice").line("deadlock, try 3: twice");
            assertThat(client.query("always").errorCode()).isEqualTo(DEADLOCK);
            assertThat(statements).hasValue(6);
            assertThat(client.query("fine").isError()).isFalse();
            assertNoScriptFailed(proxy);
        }
    }

    /** Each statement is the victim of a deadlock, but for the third of those called "twice", and "fine". */
    private static void deadlocks(Wire wire, AtomicInteger statements) {
        FakeServer.login(wire);
        byte[] error = new Bytes()
                .bytes(0xff)
                .number(2, DEADLOCK)
                .text("#40001Deadlock found when trying to get lock; try restarting transaction")
                .get();
        int tries = 0;
        while (true) {
            String text;
            try {
                text = new String(wire.read().payload(), StandardCharsets.UTF_8);
            } catch (UncheckedIOException e) {
                return;
            }
            statements.incrementAndGet();
            tries++;
            boolean ok = text.contains("fine") || text.contains("twice") && tries == 3;
            wire.write(1, ok ? FakeServer.ok() : error);
        }
    }
}
