package dev.mysqlproxy.testkit;

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.view.CommandType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProxyRigTest {

    private static ProxyRig rig;

    @BeforeAll
    static void start() {
        rig = ProxyRig.of("bouncer", BouncerPlugin.class)
                .options("--bouncer-word=go")
                .start();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void newServer() {
        rig.server().forget();
        rig.server()
                .answers(command -> FakeResult.columns("text", "nothing")
                        .row(
                                command.preparedStatement().isPresent()
                                        ? command.parameters().toString()
                                        : command.text(),
                                null)
                        .row("", "x".repeat(70_000)));
    }

    @Test
    void aQueryGoesThroughAndItsResultComesBack() {
        try (FakeClient client = rig.login("app", "shop")) {
            assertThat(client.query("SELECT 1"))
                    .hasColumns("text", "nothing")
                    .hasRow("SELECT 1", null)
                    .hasRow("", "x".repeat(70_000))
                    .hasRowCount(2);
        }
        assertThat(rig.server().statements()).containsExactly("SELECT 1");
    }

    @Test
    void thePluginDecides() {
        try (FakeClient client = rig.login("app")) {
            assertThat(client.query("a")).isError(1234).hasErrorText("go app");
            assertThat(client.query("iSELECT 2")).hasRow("SELECT 2", null);
            assertThat(client.query("r")).isError(1234);
            assertThat(client.isHungUpOn()).isTrue();
        }
        assertThat(rig.server().statements()).containsExactly("SELECT 2");
    }

    @Test
    void statementsCanBePrepared() {
        try (FakeClient client = rig.login("app")) {
            assertThat(client.execute("SELECT ?, ?", "one", null))
                    .hasRow("[Optional[one], Optional.empty]", null)
                    .hasRowCount(2);
            assertThat(client.execute("SELECT ?, ?", null, "2")).hasRow("[Optional.empty, Optional[2]]", null);
            rig.server().answers(command -> FakeResult.error(1064, "42000", "what?"));
            assertThat(client.execute("SELECT ?", "1")).isError(1064).hasErrorText("what?");
        }
        assertThat(rig.server().commands().get(0).is(CommandType.COM_STMT_PREPARE))
                .isTrue();
        assertThat(rig.server().statements()).containsExactly("SELECT ?, ?", "SELECT ?, ?");
    }

    @Test
    void okaysAndErrorsComeBack() {
        try (FakeClient client = rig.login("app")) {
            rig.server().answers(command -> FakeResult.ok(3, 400));
            assertThat(client.query("INSERT")).affects(3);
            rig.server().answers(command -> FakeResult.error(1064, "42000", "what?"));
            assertThat(client.query("INSERT")).isError(1064);
            assertThat(client.send(FakeCommand.of(CommandType.COM_PING))).isError(1064);
        }
    }

    @Test
    void theServerCanRefuseAUser() {
        rig.server().refuses("eve");
        try (FakeClient client = rig.connect()) {
            assertThat(client.login("eve", "")).isError(1045);
        }
        assertThatThrownBy(() -> rig.login("eve")).hasMessageContaining("eve may not log in");
    }

    @Test
    void whatTheProxySaysCanBeRead() {
        assertThat(rig.awaitLog("plugin bouncer")).contains("started");
        assertThatThrownBy(() -> ProxyRig.of("bouncer", BouncerPlugin.class)
                        .options("--bouncer-words=x")
                        .start())
                .hasMessageContaining("Unknown option --bouncer-words");
    }
}
