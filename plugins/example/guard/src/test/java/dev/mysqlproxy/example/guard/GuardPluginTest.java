package dev.mysqlproxy.example.guard;

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.SessionDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardPluginTest {

    private final PluginDriver driver = PluginDriver.start(new GuardPlugin(), "--guard-exempt=dba");

    @AfterEach
    void stop() {
        driver.close();
    }

    private SessionDriver session(String user) {
        return driver.connect().login(user, "shop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM orders",
                "UPDATE orders SET paid = 1",
                "DELETE FROM orders ORDER BY (SELECT 1 WHERE 1)",
                "WITH t AS (SELECT 1 WHERE 1) DELETE FROM orders",
                "/*!50000 DELETE FROM orders */",
                "/*M!100100 DELETE FROM orders */",
                "SELECT 1; DELETE FROM orders; SELECT 1 WHERE 1",
                "DELETE FROM orders # WHERE",
            })
    void wholeTablesAreProtected(String sql) {
        assertThat(session("app").query(sql)).answersError(1175);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM orders WHERE id = 1",
                "UPDATE orders SET paid = 1 /*!50000 WHERE id = 1 */",
                "SELECT * FROM orders FOR UPDATE",
                "INSERT INTO orders VALUES (1) ON DUPLICATE KEY UPDATE paid = 1",
                "SELECT 'DELETE FROM orders'",
                ""
            })
    void theRestPasses(String sql) {
        assertThat(session("app").query(sql)).forwards();
    }

    @Test
    void someMay() {
        assertThat(session("dba").query("DELETE FROM orders")).forwards();
        assertThat(session("app").query("DELETE FROM orders")).answersError(1175);
        driver.set("guard-exempt", "app");
        assertThat(session("app").query("DELETE FROM orders")).forwards();
        assertThat(session("dba").query("DELETE FROM orders")).answersError(1175);
    }

    @Test
    void anOperatorExemptsAUser() {
        assertThat(driver.command("GUARD EXEMPT 'app'")).isOk();
        assertThat(session("app").query("DELETE FROM orders")).forwards();
        assertThat(driver.command("guard exempt")).isError(1064);
    }

    @Test
    void itCanOnlyWatch() {
        driver.set("guard-log-only", "true");
        assertThat(session("app").query("DELETE FROM orders")).forwards();
        assertThat(driver.metric("guard_blocked_total", "app")).isEqualTo(1);
    }

    @Test
    void whatWasBlockedIsCountedAndListed() {
        SessionDriver session = session("app");
        session.query("DELETE FROM orders");
        session.query("SELECT 1");
        assertThat(driver.metric("guard_blocked_total", "app")).isEqualTo(1);
        assertThat(driver.table("guard_blocked")).hasColumns("time", "user", "client", "schema", "statement");
        assertThat(driver.rows("guard_blocked"))
                .singleElement()
                .satisfies(row -> assertThat(row.subList(1, 5))
                        .containsExactly("app", "192.0.2.7:50000", "shop", "DELETE FROM orders"));
        assertThat(driver.table("guard_blocked").clear()).isEqualTo(1);
        assertThat(driver.table("guard_blocked")).isEmpty();
    }

    @Test
    void theListIsBounded() {
        SessionDriver session = session("app");
        for (int i = 0; i < 101; i++) {
            session.query("DELETE FROM orders /* " + i + " */");
        }
        assertThat(driver.rows("guard_blocked")).hasSize(100);
        assertThat(driver.rows("guard_blocked").get(0)).contains("DELETE FROM orders /* 1 */");
    }
}
