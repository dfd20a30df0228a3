package dev.mysqlproxy.example.tenant;

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.FakeResult;
import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.SessionDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantPluginTest {

    private final PluginDriver driver = PluginDriver.start(new TenantPlugin())
            .server(command ->
                    command.is(CommandType.COM_QUERY) ? FakeResult.columns("a").row("1") : FakeResult.ok());

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void theSchemaIsChosenBeforeTheFirstStatement() {
        SessionDriver session = driver.connect().login("acme.app");
        assertThat(session.run("SELECT a FROM t")).hasRow("1");
        assertThat(session.sent()).containsExactly("tenant_acme", "SELECT a FROM t");
        assertThat(session.sentCommands().get(0).is(CommandType.COM_INIT_DB)).isTrue();
        session.view().schema("tenant_acme");
        session.run("SELECT b FROM t");
        assertThat(session.sent()).containsExactly("SELECT b FROM t");
    }

    @Test
    void withoutTheSchemaNothingRuns() {
        driver.server(command -> FakeResult.error(1049, "42000", "Unknown database"));
        SessionDriver session = driver.connect().login("acme.app");
        assertThat(session.run("SELECT a FROM t")).isError(1049);
        assertThat(session.sent()).containsExactly("tenant_acme");
    }

    @Test
    void aTenantStaysInItsSchema() {
        SessionDriver session = driver.connect().login("acme.app");
        assertThat(session.query(" use other")).answersError(1044);
        assertThat(session.send(FakeCommand.of(CommandType.COM_INIT_DB, "other")))
                .answersError(1044);
        session.run("SELECT a FROM t");
        assertThat(session.query("USE other")).answersError(1044);
    }

    @Test
    void anotherUserOfTheSessionIsAnotherTenant() {
        SessionDriver session = driver.connect().login("acme.app");
        session.run("SELECT 1");
        session.changeUser("umbrella.app", "");
        session.run("SELECT 1");
        assertThat(session.sent()).containsExactly("tenant_umbrella", "SELECT 1");
    }

    @Test
    void whoeverHasLeftIsBroughtBack() {
        SessionDriver session = driver.connect().login("acme.app", "tenant_acme");
        session.run("SELECT 1");
        assertThat(session.sent()).containsExactly("SELECT 1");
        session.changeUser("acme.app", "other");
        session.run("SELECT 1");
        assertThat(session.sent()).containsExactly("tenant_acme", "SELECT 1");
    }

    @Test
    void usersOfNoTenantAreLeftAlone() {
        SessionDriver session = driver.connect().login("dba");
        assertThat(session.query("USE mysql")).forwards();
    }
}
