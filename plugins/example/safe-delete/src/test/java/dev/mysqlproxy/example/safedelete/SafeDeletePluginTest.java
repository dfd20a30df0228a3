package dev.mysqlproxy.example.safedelete;

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.SessionDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeDeletePluginTest {

    private final SafeDeletePlugin plugin = new SafeDeletePlugin();
    private final PluginDriver driver = PluginDriver.start(plugin);
    private final SessionDriver session = driver.connect().login("app", "shop");

    @AfterEach
    void stop() {
        driver.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM orders",
                "delete from orders",
                "/* x */ DELETE FROM orders -- WHERE",
                "/*!40000 SELECT */ DELETE FROM orders",
                "DELETE FROM `where`",
                "SELECT 1; DELETE FROM orders; SELECT 2 WHERE 1"
            })
    void aDeleteWithoutWhereIsBlocked(String sql) {
        assertThat(session.query(sql)).answersError(1175);
        assertThat(session.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM orders WHERE id = 1",
                "SELECT 'DELETE FROM orders'",
                "CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES u (a) ON DELETE CASCADE)"
            })
    void anythingElsePasses(String sql) {
        assertThat(session.query(sql)).forwards();
    }

    @Test
    void preparingOneIsBlockedToo() {
        assertThat(session.prepare("DELETE FROM orders")).answersError(1175);
    }

    @Test
    void whoProtectsFailsClosed() {
        assertThat(plugin.failClosed()).isTrue();
    }
}
