package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each tutorial of MySQL Proxy 0.8.5 does and prints what its reader expects. */
class TutorialsIT {

    @TempDir
    Path folder;

    static List<TestServer> servers() {
        return SharedServers.all();
    }

    private static ProxyProcess start(TestServer server, String tutorial) {
        return Scripts.before(server, Scripts.ofDistribution("tutorial-" + tutorial + ".lua"));
    }

    private static RawClient login(ProxyProcess proxy) {
        return Scripts.login(proxy);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void basic(TestServer server) {
        try (ProxyProcess proxy = start(server, "basic");
                RawClient client = login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'basic'").value()).isEqualTo("basic");
            output.line("we got a normal query: SELECT 'basic'");
            assertThat(client.pingOrClosed()).doesNotContain("closed");
            assertThat(output.lines()).hasSize(1);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void constants(TestServer server) {
        try (ProxyProcess proxy = start(server, "constants");
                RawClient client = login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'constants'").value()).isEqualTo("constants");
            output.line("get got a Query: SELECT 'constants'").line("lua is: Lua 5.1");
            output.regex("^we are: [0-9a-f]{5}$");
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void inject(TestServer server) {
        try (ProxyProcess proxy = start(server, "inject");
                RawClient client = login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'mine'").value()).isEqualTo("mine");
            output.line("we got a normal query: SELECT 'mine'")
                    .line("injected result-set: id = 1")
                    .line("injected result-set: id = 2");
            output.regex("^injected query returned: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$");
            assertThat(client.query("SELEC").errorCode()).isEqualTo(1064);
            assertThat(client.query("SELECT 'next'").value()).isEqualTo("next");
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void queryTime(TestServer server) {
        try (ProxyProcess proxy = start(server, "query-time");
                RawClient client = login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT SLEEP(0.05)").value()).isEqualTo("0");
            double query = Double.parseDouble(output.regex("^query-time: ([0-9.]+)ms$"));
            double response = Double.parseDouble(output.regex("^response-time: ([0-9.]+)ms$"));
            assertThat(query).isGreaterThanOrEqualTo(40);
            assertThat(response).isGreaterThanOrEqualTo(query);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void resultset(TestServer server) {
        try (ProxyProcess proxy = start(server, "resultset");
                RawClient first = login(proxy);
                RawClient second = login(proxy)) {
            first.query("SELECT 1").ok();
            first.query("SELECT 1").ok();
            assertThat(second.query("SHOW querycounter").rows())
                    .containsExactly(row("global_query_counter", "3", "query_counter", "1"));
            assertThat(first.query("show QueryCounter now").rows())
                    .containsExactly(row("global_query_counter", "4", "query_counter", "3"));
            assertThat(first.query("show myerror").errorText()).isEqualTo("1105 #07000my first error");
            assertThat(first.query("SHOW").errorCode()).isEqualTo(1064);
            assertThat(first.query("/* a */ SELECT 'x'").value()).isEqualTo("x");
            assertThat(proxy.log().matching("\\(read_query\\)")).isEmpty();
        }
    }

    private static Map<String, String> row(String... namesAndValues) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return row;
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void rewrite(TestServer server) {
        Scripts.directly(server, "CREATE TABLE IF NOT EXISTS test.rewritten (id INT)");
        try (ProxyProcess proxy = start(server, "rewrite");
                RawClient client = Scripts.login(proxy, Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD))) {
            assertThat(client.query("ls").errorCode()).isEqualTo(1046);
            client.query("cd test").ok();
            assertThat(client.query("SELECT DATABASE()").value()).isEqualTo("test");
            for (String sql : List.of("ls", "ls test", "ls `test`", " ls  test ")) {
                assertThat(client.query(sql).rows())
                        .extracting(row -> row.values().iterator().next())
                        .contains("rewritten");
            }
            assertThat(client.query("who").rows()).isNotEmpty();
            assertThat(client.query("ls no`such").errorCode()).isNotEqualTo(1064);
            assertThat(client.query("cd nowhere").isError()).isTrue();
            assertThat(client.query("who is it").errorCode()).isEqualTo(1064);
        } finally {
            Scripts.directly(server, "DROP TABLE test.rewritten");
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void routing(TestServer server) {
        try (ProxyProcess proxy = start(server, "routing")) {
            Output output = Output.of(proxy);
            try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
                Packet packet = wire.read();
                assertThat(packet.isErr()).isTrue();
                assertThat(new String(packet.payload(), StandardCharsets.UTF_8)).endsWith("done");
                wire.readToEnd();
            }
            output.regex("^client src: 127\\.0\\.0\\.1:(\\d+) \\(type = 2, address = 127\\.0\\.0\\.1, port = \\1");
            output.containing("client dst: 127.0.0.1:" + proxy.port() + " (type = 2", "port = " + proxy.port());
            output.regex("^server src: 127\\.0\\.0\\.1:\\d+ \\(type = 2");
            output.containing("server dst: " + server.host() + ":" + server.port(), "port = " + server.port());
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void scramble(TestServer server) throws IOException {
        assumeTrue(server.kind() == TestServer.Kind.MARIADB, "needs an account of the native method");
        String text = Files.readString(Scripts.ofDistribution("tutorial-scramble.lua"))
                .replace("\"root\"", '"' + SharedServers.NATIVE_USER + '"')
                .replace("\"secret\"", '"' + SharedServers.PASSWORD + '"');
        try (ProxyProcess proxy = Scripts.before(server, Scripts.write(folder.resolve("scramble.lua"), text))) {
            Output output = Output.of(proxy);
            Login replaced = Login.of("replace", "me").wanting(Flags.OLD);
            try (RawClient client = Scripts.login(proxy, replaced.schema(Accounts.DATABASE))) {
                assertThat(client.query("SELECT CURRENT_USER()").value()).startsWith(SharedServers.NATIVE_USER + "@");
                assertThat(client.query("SELECT DATABASE()").value()).isEqualTo(Accounts.DATABASE);
            }
            output.containing("for challenge \"", "the client sent \"");
            try (RawClient client = RawClient.tryLogin(
                    ProxyProcess.HOST,
                    proxy.port(),
                    Login.of("replace", "wrong").wanting(Flags.OLD))) {
                assertThat(last(client).isErr()).isTrue();
            }
            try (RawClient client = login(proxy)) {
                assertThat(client.query("SELECT CURRENT_USER()").value()).startsWith(Accounts.APP_USER + "@");
            }
        }
    }

    private static Packet last(RawClient client) {
        return client.loginPackets().get(client.loginPackets().size() - 1);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void states(TestServer server) {
        try (ProxyProcess proxy = start(server, "states")) {
            Output output = Output.of(proxy);
            try (RawClient client = login(proxy)) {
                output.line("--> a client really wants to talk to a server")
                        .line("<-- let's send him some information about us")
                        .line("    server-addr   : " + server.host())
                        .line("    client-addr   : 127.0.0.1")
                        .line("    thread-id     : " + client.greeting().threadId())
                        .line("--> there, look, the client is responding to the server auth packet")
                        .line("    username      : " + Accounts.APP_USER)
                        .line("    default_db    : " + Accounts.DATABASE)
                        .line("<-- auth ok");
                output.regex("^    mysqld-version: \\d{5,6}$");
                assertThat(client.query("SELECT 'x'").value()).isEqualTo("x");
                output.line("--> someone sent us a query").line("    query: SELECT 'x'");
                assertThat(client.query("SELECT 1").errorText()).isEqualTo("1279 #12S23raw, raw, raw");
                output.line("<-- ... ok, this only gets called when read_query() told us");
                assertThat(client.query("SELECT 'y'").value()).isEqualTo("y");
            }
            try (RawClient client = RawClient.tryLogin(ProxyProcess.HOST, proxy.port(), Login.of("evil", "x"))) {
                assertThat(Reply.errorText(last(client))).isEqualTo("1105 #07000evil logins are not allowed");
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void tokenize(TestServer server) {
        try (ProxyProcess proxy = start(server, "tokenize");
                RawClient client = login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'a b', 17 FROM dual").rows()).hasSize(1);
            output.line("1:  { TK_SQL_SELECT, SELECT }")
                    .line("2:  { TK_STRING, \"a b\" }")
                    .line("3:  { TK_COMMA, , }")
                    .line("4:  { TK_INTEGER, 17 }")
                    .line("normalized query: SELECT ? , ? FROM DUAL ")
                    .line("");
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void union(TestServer server) {
        try (ProxyProcess proxy = start(server, "union");
                RawClient client = login(proxy)) {
            assertThat(client.query("select 1 AS a, NULL AS b UNION ALL SELECT 2, 'x'")
                            .rows())
                    .containsExactly(
                            row("a", "1", "b", null),
                            row("a", "2", "b", "x"),
                            row("a", "1", "b", null),
                            row("a", "2", "b", "x"));
            assertThat(client.query("SELECT nonsense").errorCode()).isEqualTo(1054);
            assertThat(client.query("SELECT 3 AS c").rows()).hasSize(2);
            client.query("DO 1").ok();
            assertThat(proxy.log().matching("\\(critical\\) \\(")).isEmpty();
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void warnings(TestServer server) {
        try (ProxyProcess proxy = start(server, "warnings");
                RawClient client = login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT CAST('abc' AS SIGNED)").value()).isEqualTo("0");
            output.line("Query had warnings: SELECT CAST('abc' AS SIGNED)");
            output.regex("^warning: \\[1292\\] .*Truncated incorrect INTEGER value");
            client.query("SELECT 1").ok();
            assertThat(output.lines()).hasSize(2);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void monitor(TestServer server) {
        try (ProxyProcess proxy = start(server, "monitor");
                RawClient client = login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'mine'").value()).isEqualTo("mine");
            output.line("inject monitor query into backend # 1");
            output.containing("(critical)", "without 'return proxy.PROXY_SEND_QUERY'", "Discarding 1 element");
            assertThat(client.query("SELECT 'more'").value()).isEqualTo("more");
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void packets(TestServer server) {
        try (ProxyProcess proxy = start(server, "packets");
                RawClient client = login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 1 AS a, NULL AS b").rows()).containsExactly(row("a", "1", "b", null));
            output.line(".== connection ")
                    .line("| backend[ndx] = 1")
                    .line("| connected_clients = 1")
                    .line("| address = " + server.host() + ":" + server.port())
                    .line("| default-db = test")
                    .line("| thread-id = " + client.greeting().threadId())
                    .line("'== ")
                    .line(".---  mysql query")
                    .line("| query.len = 25")
                    .line("| | command = COM_QUERY")
                    .line("| | query = \"SELECT 1 AS a, NULL AS b\"")
                    .line("| result.len = 1")
                    .line("| result.warning_count = 0")
                    .line("| result.query_status = 0")
                    .line("| .--- result-set")
                    .line("| | num-cols = 2")
                    .line("| | row[0] = { 1, (nul) }")
                    .line("'---");
            output.regex("^\\| query\\.packet = 03 53 45 4c ");
            output.regex("^\\| \\| field\\[1] = \\{ type = \\d+, name = a }$");
            output.regex("^\\| \\| field\\[2] = \\{ type = \\d+, name = b }$");
            output.regex("^\\| result\\.flags = \\{ in_trans = false, auto_commit = true, ");
            output.regex("^\\| response_time = \\d+us$");

            assertThat(client.query("SELEC").errorCode()).isEqualTo(1064);
            output.line("| result.err.code = 1064").line("| result.err.sql_state = 42000");

            int statement = client.prepare("SELECT ? AS p, 1 AS q").ok().statementId();
            output.line("| | stmt-id = " + statement).line("| | num-params = 1").line("| | num-cols = 2");
            client.execute(statement, 0, "text").ok();
            output.line("| | command = COM_STMT_EXECUTE")
                    .line("| | prepared-query = \"SELECT ? AS p, 1 AS q\"")
                    .line("| | row[0] = { text, 1 }");
            client.execute(4711, 0).isError();
            client.send(Command.COM_STMT_CLOSE, new Bytes().number(4, statement).get());
            client.command(Command.COM_INIT_DB, "test".getBytes(StandardCharsets.UTF_8))
                    .ok();
            output.line("| | db = test").line("| | command = COM_STMT_CLOSE");
            client.command(Command.COM_STATISTICS, new byte[0]);
            assertThat(client.query("SELECT 'alive'").value()).isEqualTo("alive");
            assertThat(proxy.log().matching("\\(critical\\) \\(read_query")).isEmpty();
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void prepStmts(TestServer server) {
        try (ProxyProcess proxy = start(server, "prep-stmts");
                RawClient client = login(proxy)) {
            Output output = Output.of(proxy);
            int id = client.prepare("SELECT ? AS a, ? AS b").ok().statementId();
            output.line("> PREPARE: SELECT ? AS a, ? AS b")
                    .line("< PREPARE: stmt-id = " + id + " (resultset-cols = 2, params = 2)");
            client.execute(id, 0, "one", null).ok();
            output.line("> EXECUTE: stmt-id = " + id).line(" [1] one (type = 254)");
            // without types: they are those of the first time
            client.command(
                            Command.COM_STMT_EXECUTE,
                            new Bytes()
                                    .number(4, id)
                                    .number(1, 0)
                                    .number(4, 1)
                                    .bytes(0, 0)
                                    .lenEncText("two")
                                    .lenEncText("three")
                                    .get())
                    .ok();
            output.line(" [1] two (type = 254)").line(" [2] three (type = 254)");
            assertThat(client.execute(4711, 0).isError()).isTrue();
            assertThat(client.prepare("SELEC").errorCode()).isEqualTo(1064);
            client.send(Command.COM_STMT_CLOSE, new Bytes().number(4, id).get());
            assertThat(client.query("SELECT 'alive'").value()).isEqualTo("alive");
            output.line("> CLOSE: stmt-id = " + id);
            assertThat(proxy.log().matching("\\(critical\\) \\(read_query")).isEmpty();
        }
    }
}
