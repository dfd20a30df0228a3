package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.server.TestServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tutorials of what 0.8.5 could not do. */
class NewTutorialsIT {

    static List<TestServer> servers() {
        return SharedServers.all();
    }

    private static ProxyProcess start(TestServer server, String tutorial) {
        return Scripts.before(server, Scripts.ofDistribution("tutorial-" + tutorial + ".lua"));
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void attributes(TestServer server) {
        try (ProxyProcess proxy = start(server, "attributes")) {
            Output output = Output.of(proxy);
            Map<String, String> ofConnection = new LinkedHashMap<>();
            ofConnection.put("program_name", "it-tests");
            ofConnection.put("_pid", "17");
            try (RawClient client = Scripts.login(
                    proxy,
                    Scripts.APP.attributes(ofConnection).wanting(Flags.CLASSIC | Flags.CLIENT_QUERY_ATTRIBUTES))) {
                output.line("connection attribute: program_name = it-tests").line("connection attribute: _pid = 17");
                assertThat(client.query("SHOW ATTRIBUTES").rows())
                        .extracting(row -> String.join(" ", row.values()))
                        .containsExactly("connection _pid 17", "connection program_name it-tests");

                if (client.has(Flags.CLIENT_QUERY_ATTRIBUTES)) {
                    Map<String, String> ofQuery = new LinkedHashMap<>();
                    ofQuery.put("size", "7");
                    ofQuery.put("colour", "green");
                    assertThat(client.query("show attributes", ofQuery).rows())
                            .extracting(row -> String.join(" ", row.values()))
                            .containsExactly(
                                    "connection _pid 17",
                                    "connection program_name it-tests",
                                    "query size 7",
                                    "query colour green");
                    // the attributes went on to the server
                    assertThat(client.query("SELECT mysql_query_attribute_string('colour')", ofQuery)
                                    .value())
                            .isEqualTo("green");
                    output.line("query attribute: size = 7").line("query attribute: colour = green");
                } else {
                    assertThat(server.kind()).isEqualTo(TestServer.Kind.MARIADB);
                }
                assertThat(client.query("SELECT 'plain'").value()).isEqualTo("plain");
            }
            try (RawClient client =
                    Scripts.login(proxy, Scripts.APP.wanting(Flags.CLASSIC & ~Flags.CLIENT_CONNECT_ATTRS))) {
                assertThat(client.query("SHOW ATTRIBUTES").rows()).isEmpty();
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void sessionTrack(TestServer server) {
        try (ProxyProcess proxy = start(server, "session-track")) {
            Output output = Output.of(proxy);
            try (RawClient client =
                    Scripts.login(proxy, Scripts.APP.wanting(Flags.CLASSIC | Flags.CLIENT_SESSION_TRACK))) {
                output.line("auth method: " + client.greeting().plugin()).line("tls: client = no, server = no");
                client.query("USE test").ok();
                output.line("session track: schema = test");
                client.query("SELECT CAST('abc' AS SIGNED)").ok();
                output.regex("^server status: \\d+, warnings: 1$");
                assertThat(client.query("SELEC").errorCode()).isEqualTo(1064);
                output.containing("error: 1064 (42000) You have an error in your SQL syntax");
                client.query("SET SESSION session_track_state_change = ON").ok();
                client.query("SET @x = 1").ok();
                output.line("session track: state changed = true");
            }
            Output second = Output.of(proxy);
            try (RawClient client = Scripts.login(proxy)) {
                client.query("USE test").ok();
                second.regex("^server status: ");
                assertThat(second.lines()).noneMatch(line -> line.startsWith("session track"));
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void binaryRows(TestServer server) {
        try (ProxyProcess proxy = start(server, "binary-rows");
                RawClient client = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            int id = client.prepare("SELECT 1 AS i, -2.50 AS d, NULL AS n, DATE '2026-11-22' AS t, 'x' AS s,"
                            + " TIMESTAMP '2026-11-22 12:34:56.000001' AS ts, TIME '-12:34:56' AS ti, 1.5e0 AS f,"
                            + " 18446744073709551615 AS u")
                    .ok()
                    .statementId();
            client.execute(id, 0).ok();
            output.line("row 1: 1, -2.50, NULL, 2026-11-22, x, 2026-11-22 12:34:56.000001, -12:34:56, 1.5,"
                    + " 18446744073709551615");
            output.regex("^field 1: i, type = \\d+, db = \\S+, charset = 63, flags = \\d+$");

            int many = client.prepare("SELECT ? AS a UNION ALL SELECT ?").ok().statementId();
            client.execute(many, 0, "first", null).ok();
            output.line("row 1: first").line("row 2: NULL");

            int none = client.prepare("DO ?").ok().statementId();
            assertThat(client.execute(none, 0, "1").isError()).isFalse();
            assertThat(client.execute(4711, 0).isError()).isTrue();
            assertThat(proxy.log().matching("\\(critical\\) \\(read_query")).isEmpty();
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void reset(TestServer server) {
        try (ProxyProcess proxy = start(server, "reset");
                RawClient client = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            client.query("SET @x = 5").ok();
            assertThat(client.query("SELECT @x").value()).isEqualTo("5");
            client.query("reset connection").ok();
            output.line("the connection is reset: true");
            assertThat(client.query("SELECT @x").value()).isNull();

            client.query("SET @x = 6").ok();
            assertThat(client.command(Command.COM_RESET_CONNECTION, new byte[0]).isError())
                    .isFalse();
            output.line("a young command: COM_RESET_CONNECTION");
            assertThat(client.query("SELECT @x").value()).isNull();

            if (server.kind() == TestServer.Kind.MYSQL) {
                assertThat(client.query("SELECT CAST('[1]' AS JSON) AS j").value())
                        .isEqualTo("[1]");
                output.line("a young type: j is JSON");
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void chained(TestServer server) {
        try (ProxyProcess proxy = Scripts.before(
                        server,
                        Scripts.ofDistribution("tutorial-chained.lua"),
                        Scripts.ofDistribution("tutorial-resultset.lua"),
                        Scripts.ofDistribution("tutorial-inject.lua"));
                RawClient client = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'third'").value()).isEqualTo("third");
            output.line("injected result-set: id = 2");
            assertThat(client.query("show myerror").errorText()).contains("my first error");
            assertThat(client.query("DROP DATABASE test").errorText())
                    .isEqualTo("1290 #HY000DROP DATABASE is not allowed here");
            assertThat(client.query("SHOW CHAIN").rows())
                    .containsExactly(new LinkedHashMap<>(Map.of("passed", "2", "refused", "1")));
            // what the first one answered the second one did not count
            assertThat(client.query("SHOW QUERYCOUNTER").rows().get(0)).containsEntry("query_counter", "3");
        }
    }
}
