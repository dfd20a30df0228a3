package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.PluginJar;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars dropped into {@code plugins/}: good ones work, bad ones are refused in one line. */
class PluginsIT {
    private static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);

    @TempDir
    static Path goodFolder;

    @TempDir
    Path folder;

    private static TestServer server;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
        PluginJar.folderWithTheOthers(goodFolder);
        PluginJar.of("hooks", "Hooks").in(goodFolder);
        proxy = setUp().start();
    }

    private static ProxyProcess.Setup setUp(String... more) {
        return ProxyProcess.with()
                .backend(server)
                .plugins("proxy,admin,hooks")
                .logLevel("info")
                .options("--plugin-dir=" + goodFolder)
                .options(more);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    private static RawClient login(ProxyProcess through, long flags) {
        return RawClient.login(ProxyProcess.HOST, through.port(), APP.wanting(flags));
    }

    // --- good jars --------------------------------------------------------------------------------------------------

    @Test
    void isListed() {
        assertThat(proxy.admin("SHOW PLUGINS"))
                .extracting(row -> row.get("name") + " " + row.get("version"))
                .contains("hooks 1.2.3");
        assertThat(proxy.log().matching("\\(critical\\) plugin hooks 1.2.3 started$"))
                .hasSize(1);
    }

    @Test
    void rewritesAndAnswers() {
        for (long flags : List.of(Flags.CLASSIC, Flags.CLASSIC | Flags.CLIENT_DEPRECATE_EOF)) {
            try (RawClient client = login(proxy, flags)) {
                assertThat(client.query("rewrite SELECT 'other' AS a").value()).isEqualTo("other");
                assertThat(client.query("SELECT 'untouched' AS a").value()).isEqualTo("untouched");
                assertThat(client.query("around SELECT 'middle' AS a").value()).isEqualTo("middle");
                assertThat(client.query("replace SELECT 'shout' AS a").value()).isEqualTo("SHOUT");
                assertThat(client.query("later SELECT 'in time' AS a").value()).isEqualTo("in time");
                List<Map<String, String>> rows = client.query("answer rows").rows();
                assertThat(rows).hasSize(2);
                assertThat(rows.get(0)).containsEntry("a", "one").containsEntry("b", "1");
                assertThat(rows.get(1)).containsEntry("a", null).containsEntry("b", "2");
                assertThat(client.query("answer ok").last().toString()).contains("\\00\\07\\08", "info");
                assertThat(client.query("answer error").errorText()).isEqualTo("4001 #42000no");
                assertThat(client.query("rewrite SELEC 1").errorCode()).isEqualTo(1064);
                assertThat(client.query("around SELECT * FROM there_is_no_such_table")
                                .isError())
                        .isTrue();
                assertThat(client.query("SELECT 'untouched' AS a").value()).isEqualTo("untouched");
                // long texts, and results of many packets
                String text = "x".repeat(200_000);
                assertThat(client.query("rewrite SELECT '" + text + "' AS a").value())
                        .isEqualTo(text);
                assertThat(client.query("around SELECT 'a' AS a UNION ALL SELECT 'b'")
                                .rows())
                        .hasSize(2);
            }
        }
    }

    @Test
    void oneCommandHasOneAnswer() {
        try (RawClient client = login(proxy, Flags.CLASSIC)) {
            assertThat(client.query("twice SELECT 'once' AS a").value()).isEqualTo("once");
            assertThat(client.query("nothing").errorText()).startsWith("1105 #HY000(proxy) a plugin left the command");
            assertThat(client.query("SELECT 'next' AS a").value()).isEqualTo("next");
        }
        proxy.log().await("plugin.*without an answer.*plugin=hooks");
        proxy.log().await("plugin.*another result.*plugin=hooks");
    }

    @Test
    void attributesStayWithTheStatement() {
        assumeTrue(server.kind() == TestServer.Kind.MYSQL, "only MySQL has query attributes");
        try (RawClient client = login(proxy, Flags.CLASSIC | Flags.CLIENT_QUERY_ATTRIBUTES)) {
            String sql = "SELECT mysql_query_attribute_string('colour') AS a";
            Map<String, String> attributes = new LinkedHashMap<>();
            attributes.put("colour", "green");
            attributes.put("size", "7");
            client.command(0x02, Accounts.DATABASE.getBytes(StandardCharsets.UTF_8))
                    .ok();
            assertThat(client.query(sql, attributes).value()).isEqualTo("green");
            assertThat(client.query("rewrite " + sql, attributes).value()).isEqualTo("green");
            assertThat(client.query("around " + sql, attributes).value()).isEqualTo("green");
            assertThat(client.query("rewrite " + sql).value()).isNull();
            assertThat(client.query("answer attributes", attributes).rows())
                    .containsExactly(Map.of("name", "colour", "value", "green"), Map.of("name", "size", "value", "7"));
            assertThat(client.query("answer attributes").rows()).isEmpty();
        }
    }

    @Test
    void observes() {
        try (RawClient client = login(proxy, Flags.CLASSIC)) {
            client.query("SELECT 1 UNION SELECT 2 -- observed");
            client.query("SELEC 1 -- observed");
            client.query("around SELECT 5 -- observed");
            // an injection behind the answer is done with before the next command begins
            client.query("SELECT 'end'");
        }
        proxy.log().await("completed \\[SELECT 1 UNION SELECT 2 -- observed\\] injection=0 status=OK rows=2");
        proxy.log().await("completed \\[SELEC 1 -- observed\\] injection=0 status=ERR rows=0 error=1064");
        for (int id = 1; id <= 3; id++) {
            proxy.log().await("completed \\[around SELECT 5 -- observed\\] injection=" + id + " status=OK rows=1");
        }
        proxy.log().await("disconnected client-quit");
    }

    @Test
    void refuses() {
        try (RawClient client = login(proxy, Flags.CLASSIC)) {
            assertThat(client.query("refuse").errorText()).isEqualTo("4002 #HY000go away");
            client.wire().readToEnd();
        }
        proxy.log().await("disconnected refused-by-plugin");
        try (RawClient client = RawClient.tryLogin(ProxyProcess.HOST, proxy.port(), Login.of("unwanted", "x"))) {
            assertThat(Reply.errorText(client.loginPackets().get(0))).isEqualTo("4000 #HY000we do not want you");
            client.wire().readToEnd();
        }
    }

    @Test
    void whatThrowsIsPassedOver() {
        try (RawClient client = login(proxy, Flags.CLASSIC)) {
            assertThat(client.query("SELECT 'throw' AS a").value()).isEqualTo("throw");
            assertThat(client.query("later fail").errorCode()).isEqualTo(1064);
            assertThat(client.query("SELECT 'still there' AS a").value()).isEqualTo("still there");
        }
        proxy.log().await("plugin=hooks.*as asked");
        proxy.log().await("plugin=hooks.*late");
    }

    @Test
    void whatThrowsAndFailsClosedEndsTheSession() {
        try (ProxyProcess closed = setUp("--fail-closed=hooks", "--hooks-version=1.2.3-other")
                        .start();
                RawClient client = login(closed, Flags.CLASSIC)) {
            // its option exists, as it is named
            assertThat(client.greeting().serverVersion()).isEqualTo("1.2.3-other");
            assertThat(client.query("SELECT 'fine' AS a").value()).isEqualTo("fine");
            assertThat(client.query("SELECT 'throw' AS a").errorText())
                    .startsWith("1105 #HY000(proxy) a plugin failed");
            client.wire().readToEnd();
            closed.log().await("plugin=hooks.*as asked");
            closed.awaitNothingLeft(Integer.MAX_VALUE);
        }
    }

    // --- bad jars ---------------------------------------------------------------------------------------------------

    /** Starts with the jars of {@link #folder}; answers the one line that says why not. */
    private String refused(String plugins, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Distribution.command().toString(),
                "--plugin-dir=" + folder,
                "--plugins=" + plugins,
                "--proxy-address=127.0.0.1:0"));
        command.addAll(List.of(more));
        Shell.Result result = Shell.run(command, Map.of());
        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        List<String> complaints = result.output()
                .lines()
                .filter(line -> !line.endsWith(" started") && !line.contains("added read/write backend"))
                .toList();
        assertThat(complaints).hasSize(1);
        assertThat(complaints.get(0)).contains(": (critical) ");
        return complaints.get(0);
    }

    @Test
    void aScriptEngineMayBeNamed() {
        try (ProxyProcess named =
                        ProxyProcess.with().backend(server).plugins("proxy,lua").start();
                RawClient client = RawClient.login(ProxyProcess.HOST, named.port(), APP)) {
            assertThat(client.query("SELECT 1").value()).isEqualTo("1");
            assertThat(named.log().matching("plugin lua .* started$")).hasSize(1);
        }
    }

    @Test
    void unknown() {
        PluginJar.folderWithTheOthers(folder);
        assertThat(refused("proxy,nonesuch")).contains("nonesuch", folder.toString(), "admin, auditing, lua, proxy");
        assertThat(refused("proxy", "--hooks-version=1")).contains("Unknown option --hooks-version=1");
        assertThat(refused("proxy,../proxy")).contains("../proxy");
    }

    @Test
    void broken() throws Exception {
        PluginJar.folderWithTheOthers(folder);
        Files.writeString(folder.resolve("broken.jar"), "this is no jar");
        assertThat(refused("proxy,broken")).contains("broken", "broken.jar");
        PluginJar.empty("hollow").in(folder);
        assertThat(refused("proxy,hollow")).contains("hollow", "hollow.jar");
        PluginJar.empty("phantom")
                .entry("META-INF/extensions.idx", "it.plugins.Missing\n".getBytes(StandardCharsets.UTF_8))
                .in(folder);
        assertThat(refused("proxy,phantom")).contains("phantom");
        PluginJar.of("unversioned", "Observer").manifest("Plugin-Version", null).in(folder);
        assertThat(refused("proxy,unversioned")).contains("unversioned");
    }

    @Test
    void duplicate() {
        PluginJar.folderWithTheOthers(folder);
        PluginJar jar = PluginJar.of("observer", "Observer");
        jar.as(folder.resolve("observer-1.jar"));
        jar.as(folder.resolve("observer-2.jar"));
        assertThat(refused("proxy,observer")).contains("observer-1.jar", "observer-2.jar");
        // named or not decides: the others start
        Shell.run(
                        List.of(
                                Distribution.command().toString(),
                                "--plugin-dir=" + folder,
                                "--proxy-address=127.0.0.1:0",
                                "--check-config"),
                        Map.of())
                .ok();
    }

    @Test
    void incompatible() {
        PluginJar.folderWithTheOthers(folder);
        PluginJar.of("future", "Observer")
                .manifest("Plugin-Requires", ">=2.0.0")
                .in(folder);
        assertThat(refused("proxy,future")).contains("future", "2.0.0", "1.0.0");
        PluginJar.of("greedy", "Observer")
                .entry("dev/mysqlproxy/api/hook/Hook.class", new byte[] {1})
                .in(folder);
        assertThat(refused("proxy,greedy")).contains("greedy", "contains the plugin API");
    }

    @Test
    void failsToStart() {
        PluginJar.folderWithTheOthers(folder);
        PluginJar.of("faulty", "Faulty").in(folder);
        assertThat(refused("proxy,faulty")).contains("the faulty plugin wants another world");
        assertThat(refused("proxy,faulty", "--faulty-way=throw")).contains("faulty", "thrown at the start");
        assertThat(refused("proxy,faulty", "--faulty-way=break")).contains("faulty", "broken at the start");
    }

    @Test
    void aStartThatHangsEndsWithTheSecondSignal() {
        PluginJar.folderWithTheOthers(folder);
        PluginJar.of("faulty", "Faulty").in(folder);
        try (ProxyProcess proxy = ProxyProcess.with()
                .backend(server)
                .plugins("proxy,faulty")
                .options("--plugin-dir=" + folder, "--faulty-way=hang")
                .launch()) {
            proxy.log().await("faulty hangs");
            proxy.signal("TERM");
            // it is kept for the end of the start
            assertThat(proxy.isAlive()).isTrue();
            proxy.signal("TERM");
            assertThat(proxy.awaitExit()).isEqualTo(1);
        }
    }
}
