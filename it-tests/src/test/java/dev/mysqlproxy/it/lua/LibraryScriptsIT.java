package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts of the library do and print what they did in MySQL Proxy 0.8.5, or what was meant. */
class LibraryScriptsIT {
    private static final Login ROOT = Login.of(Accounts.ROOT_USER, Accounts.ROOT_PASSWORD);

    @TempDir
    Path folder;

    static List<TestServer> servers() {
        return SharedServers.all();
    }

    private static ProxyProcess start(TestServer server, String script) {
        return Scripts.before(server, Scripts.ofDistribution(script + ".lua"));
    }

    private static List<String> texts(Reply reply) {
        return reply.rows().stream()
                .map(row -> String.join(
                        "|", row.values().stream().map(String::valueOf).toList()))
                .toList();
    }

    private static void assertNoScriptFailed(ProxyProcess proxy) {
        assertThat(proxy.log().matching("\\(critical\\) .*\\((read|connect|disconnect)_"))
                .isEmpty();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void activeQueries(TestServer server) {
        try (ProxyProcess proxy = start(server, "active-queries");
                RawClient client = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'aq'").value()).isEqualTo("aq");
            output.regex("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$");
            output.line("  #connections: 1, #active trx: 1, max(active trx): 1");
            output.regex("^  \\[\\S+] \\(app@test\\) \\(COM_QUERY\\) \"SELECT 'aq'\" \\(state=started\\)$");
            client.query("BEGIN").ok();
            output.regex("^  \\[\\S+] \\(app@test\\)  \\(state=in_trans\\)$");
            client.query("ROLLBACK").ok();
            output.line("  #connections: 1, #active trx: 0, max(active trx): 1");
            client.query("PROXY SET GLOBAL active_queries.show_idle_connections = true")
                    .ok();
            client.query("SELECT 1").ok();
            output.regex("\\(state=idle\\)$");
            assertNoScriptFailed(proxy);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void activeTransactions(TestServer server) {
        Scripts.directly(
                server,
                "CREATE TABLE test.trx (id INT PRIMARY KEY, n INT) ENGINE=InnoDB",
                "INSERT INTO test.trx VALUES (1, 1)");
        try (ProxyProcess proxy = start(server, "active-transactions");
                RawClient holder = Scripts.login(proxy);
                RawClient waiter = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            holder.query("BEGIN").ok();
            holder.query("UPDATE trx SET n = 2").ok();
            waiter.query("SET innodb_lock_wait_timeout = 1").ok();
            waiter.query("BEGIN").ok();
            assertThat(waiter.query("UPDATE trx SET n = 3").errorCode()).isEqualTo(1205);
            output.regex("^\\[\\S+] received a ERR\\(1205, Lock wait timeout exceeded.*\\), "
                    + "dumping all active transactions$");
            output.regex("^  \\[\\S+]\\.2: UPDATE trx SET n = 2$");
            output.regex("^  \\[\\S+]\\.\\d: UPDATE trx SET n = 3$");
            holder.query("ROLLBACK").ok();
            waiter.query("ROLLBACK").ok();
            assertNoScriptFailed(proxy);
        } finally {
            Scripts.directly(server, "DROP TABLE test.trx");
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void adminSql(TestServer server) {
        try (ProxyProcess proxy = start(server, "admin-sql");
                RawClient client = Scripts.login(proxy, ROOT.schema(Accounts.DATABASE))) {
            client.query("PING").ok();
            assertThat(client.query("STATISTICS").rows().get(0).get("statisitics"))
                    .contains("Uptime");
            client.query("PREP1").ok();
            assertThat(client.query("PREP").isError()).isTrue();
            client.query("DEAL1").ok();
            client.query("DEAL").ok();
            assertThat(client.query("FLIST1").isError()).isTrue();
            assertThat(client.query("ping").errorCode()).isEqualTo(1064);
            assertThat(client.query("SELECT 'alive'").value()).isEqualTo("alive");
            assertNoScriptFailed(proxy);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void analyzeQuery(TestServer server) {
        try (ProxyProcess proxy = start(server, "analyze-query");
                RawClient client = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            client.query("PROXY SET GLOBAL analyze_query.min_queries = 20").ok();
            client.query("PROXY SET GLOBAL analyze_query.auto_explain = true").ok();
            client.query("PROXY SET GLOBAL analyze_query.auto_processlist = true")
                    .ok();
            for (int i = 0; i < 100; i++) {
                assertThat(client.query("SELECT " + i).value()).isEqualTo("" + i);
            }
            assertThat(client.query("select sleep(0.3)").value()).isEqualTo("0");
            output.regex("^# \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\[\\d+] user: app, db: test$");
            output.line("  Query:                     \"select sleep(0.3)\"")
                    .line("  Norm_Query:                \"SELECT SLEEP( ? ) \"")
                    .line("  global(count):             101")
                    .line("  query(count):              1")
                    .line("  (qtime > global-threshold)")
                    .line("SHOW FULL PROCESSLIST")
                    .line("EXPLAIN select sleep(0.3)");
            output.regex("^  query_time:                [34]\\d\\d\\.\\d\\d ms$");
            output.regex("^  \\[0]\\{ ");

            assertThat(client.query("select * from histogram.queries").rows())
                    .anySatisfy(row ->
                            assertThat(row).containsEntry("query", "SELECT ? ").containsEntry("COUNT(*)", "100"))
                    .allSatisfy(row ->
                            assertThat(row).containsOnlyKeys("query", "COUNT(*)", "AVG(qtime)", "STDDEV(qtime)"));
            client.query("DELETE FROM histogram.queries").ok();
            assertThat(client.query("SELECT * FROM histogram.queries").rows()).isEmpty();
            assertThat(client.query("SELEC").errorCode()).isEqualTo(1064);
            assertThat(client.query("PROXY SHOW CONFIG").rows())
                    .anySatisfy(row -> assertThat(row)
                            .containsEntry("module", "analyze_query")
                            .containsEntry("option", "min_queries")
                            .containsEntry("value", "20")
                            .containsEntry("type", "number"));
            assertThat(client.query("PROXY SET GLOBAL analyze_query.min_queries = true")
                            .errorText())
                    .contains("(auto-config) expected a number, got boolean");
            assertNoScriptFailed(proxy);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void auditing(TestServer server) {
        try (ProxyProcess proxy = start(server, "auditing")) {
            Output output = Output.of(proxy);
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("SELECT 'x'").value()).isEqualTo("x");
            }
            output.line("<-- let's send him some information about us")
                    .line("    server-addr   : " + server.host() + ":" + server.port())
                    .line("--> there, look, the client is responding to the server auth packet")
                    .line("    username      : app")
                    .line("<-- auth ok")
                    .line("--> 'app' sent us a query")
                    .line("    query: SELECT 'x'");
            output.regex("^    client-addr   : 127\\.0\\.0\\.1:\\d+$");
            RawClient.tryLogin(ProxyProcess.HOST, proxy.port(), Login.of("app", "wrong"))
                    .close();
            output.line("<-- auth failed");
            assertNoScriptFailed(proxy);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void commitObfuscator(TestServer server) {
        try (ProxyProcess proxy = start(server, "commit-obfuscator");
                RawClient client = Scripts.login(proxy)) {
            int refused = 0;
            for (int i = 0; i < 60; i++) {
                client.query("BEGIN").ok();
                Reply reply = client.query(i % 2 == 0 ? "COMMIT" : "commit;");
                if (reply.isError()) {
                    assertThat(reply.errorText())
                            .isEqualTo("1205 #HY000Lock wait timeout exceeded; try restarting transaction");
                    refused++;
                }
            }
            assertThat(refused).isBetween(1, 59);
            assertThat(client.query("SELECT 'COMMIT'").value()).isEqualTo("COMMIT");
            assertNoScriptFailed(proxy);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void histogram(TestServer server) {
        Scripts.directly(server, "CREATE TABLE test.counted (country INT)");
        try (ProxyProcess proxy = start(server, "histogram");
                RawClient client = Scripts.login(proxy)) {
            client.query("INSERT INTO counted(country) VALUES (1)").ok();
            client.query("select country from counted where country = 1").ok();
            client.query("SELECT country FROM counted WHERE country = 17").ok();
            String query = "SELECT `country` FROM `counted` WHERE `country` = ? ";
            assertThat(client.query("SELECT * FROM histogram.queries").rows())
                    .anySatisfy(row -> assertThat(row)
                            .containsOnlyKeys("query", "count", "max_query_time", "avg_query_time")
                            .containsEntry("query", query)
                            .containsEntry("count", "2"));
            assertThat(texts(client.query("select  * from /* a */ histogram.tables")))
                    .containsExactly("test.counted|2|1");
            client.query("DELETE FROM histogram.queries").ok();
            client.query("DELETE FROM histogram.tables").ok();
            assertThat(client.query("SELECT * FROM histogram.queries").rows()).isEmpty();
            assertThat(client.query("SELECT * FROM histogram.tables").rows()).isEmpty();
            assertNoScriptFailed(proxy);
        } finally {
            Scripts.directly(server, "DROP TABLE test.counted");
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void loadMulti(TestServer server) {
        Path module = Scripts.write(folder.resolve("hello.lua"), """
                local greeted = 0

                function read_query(packet)
                    if packet:sub(2) == "hello" then
                        greeted = greeted + 1
                        proxy.queries:append(1, "\\3SELECT 'hello' AS h", {resultset_is_needed = true})
                        return proxy.PROXY_SEND_QUERY
                    end
                end

                function read_query_result(inj)
                    print("greeted " .. greeted)
                end
                """);
        Path broken = Scripts.write(folder.resolve("broken.lua"), "function read_query(\n");
        try (ProxyProcess proxy = start(server, "load-multi");
                RawClient client = Scripts.login(proxy);
                RawClient other = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("pload_help").rows())
                    .extracting(row -> row.get("command"))
                    .contains("pload module_name", "pload_help");
            assertThat(texts(client.query("pload " + module))).containsExactly("module \"" + module + "\" loaded");
            assertThat(other.query("hello").value()).isEqualTo("hello");
            output.line("greeted 1");
            assertThat(client.query("pload nowhere").rows().get(0).get("ERROR")).contains("nowhere");
            assertThat(client.query("pload " + broken).rows().get(0)).containsKey("ERROR");
            assertThat(texts(client.query("punload " + module))).containsExactly("unloaded");
            assertThat(texts(client.query("punload " + module))).containsExactly("NOT FOUND");
            assertThat(other.query("hello").errorCode()).isEqualTo(1064);
            assertNoScriptFailed(proxy);
        }
    }

    /** A server that replicates nothing is no good as a replica: it is found out by the first statement. */
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void roBalance(TestServer server) {
        String replica = "localhost:" + server.port();
        try (ProxyProcess proxy = Scripts.with(Scripts.ofDistribution("ro-balance.lua"))
                .backend(server)
                .options("--proxy-read-only-backend-addresses=" + replica)
                .start()) {
            Output output = Output.of(proxy);
            try (RawClient client = Scripts.login(proxy, ROOT)) {
                output.regex("^\\(connect-server\\) using backend: .*:" + server.port() + "$");
                assertThat(client.query("SELECT 'first'").value()).isEqualTo("first");
                output.regex("^\\(read_query\\) we are on backend: .* in state: unchecked$");
                output.regex("^\\(read-query\\) unchecked, injecting a SHOW ");
                Reply second = client.query("SELECT 'second'");
                assertThat(second.errorText()).isEqualTo("1105 #08S01slave-state is noslave");
                client.wire().readToEnd();
            }
            // from now on the one that is written to
            try (RawClient client = Scripts.login(proxy, ROOT)) {
                assertThat(client.query("SELECT 'a'").value()).isEqualTo("a");
                assertThat(client.query("SELECT 'b'").value()).isEqualTo("b");
            }
            assertNoScriptFailed(proxy);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void roPooling(TestServer server) {
        try (ProxyProcess proxy = start(server, "ro-pooling")) {
            try (RawClient first = Scripts.login(proxy);
                    RawClient second = Scripts.login(proxy, Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD))) {
                assertThat(first.query("SELECT DATABASE()").value()).isEqualTo("test");
                first.query("BEGIN").ok();
                String thread = first.query("SELECT CONNECTION_ID()").value();
                assertThat(first.query("SELEC").errorCode()).isEqualTo(1064);
                assertThat(second.query("SELECT CONNECTION_ID()").value()).isNotEqualTo(thread);
                assertThat(first.query("SELECT CONNECTION_ID()").value()).isEqualTo(thread);
                first.query("ROLLBACK").ok();
                first.query("SET @kept = 1").ok();
                second.query("SELECT 1").ok();
                assertThat(first.query("SELECT @kept").value()).isEqualTo("1");
            }
            try (RawClient third = Scripts.login(proxy)) {
                assertThat(third.query("SELECT 'third'").value()).isEqualTo("third");
            }
            assertNoScriptFailed(proxy);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void xtab(TestServer server) {
        Scripts.directly(
                server,
                "CREATE TABLE test.sales (region VARCHAR(10), year_ INT, amount INT)",
                "INSERT INTO test.sales VALUES ('east', 2001, 1), ('east', 2002, 2), ('west', 2001, 5)");
        try (ProxyProcess proxy = start(server, "xtab");
                RawClient client = Scripts.login(proxy)) {
            assertThat(client.query("XTAB version").rows()).containsExactly(Map.of("XTAB version", "0.1.3"));
            assertThat(texts(client.query("select xtab help")))
                    .contains("Syntax: ", "XTAB version - shows current version")
                    .hasSize(19);
            Reply cross = client.query("xtab sales region year_ sum amount");
            assertThat(texts(cross)).containsExactly("east|1|2|3", "west|5|null|5");
            assertThat(cross.rows().get(0)).containsKeys("region", "total");
            assertThat(texts(client.query("xtab sales region year_ SUM amount summary")))
                    .containsExactly("east|1|2|3", "west|5|null|5", "Grand Total|6|2|8");
            assertThat(texts(client.query("xtab query"))).contains("Current setting: returns a query");
            assertThat(client.query("xtab sales region year_ sum amount")
                            .rows()
                            .get(0)
                            .get("XTAB query"))
                    .contains("GROUP BY", "total");
            client.query("xtab noquery").ok();
            assertThat(texts(client.query("xtab sales region year_ max_ amount")))
                    .contains("unknown operator.");
            assertThat(texts(client.query("xtab nonsense")))
                    .containsExactly("unknown command. Enter \"XTAB HELP\" for help");
            assertThat(client.query("xtab nowhere region year_ sum amount").errorCode())
                    .isEqualTo(1146);
            assertThat(client.query("xtab").errorCode()).isEqualTo(1064);
            assertThat(client.query("SELECT 'alive'").value()).isEqualTo("alive");
            assertNoScriptFailed(proxy);
        } finally {
            Scripts.directly(server, "DROP TABLE test.sales");
        }
    }
}
