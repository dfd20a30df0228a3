package dev.mysqlproxy.example.mask;

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.view.ResultView.Column;
import dev.mysqlproxy.testkit.FakeResult;
import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.SessionDriver;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MaskColumnPluginTest {

    private static final int LONG = 3;
    private static final FakeResult USERS = FakeResult.columns(List.of(
                    new Column("id", "id", "u", "users", "shop", LONG, 63, 0),
                    new Column("mail", "email", "u", "users", "shop", 253, 255, 0),
                    new Column("pin", "pin", "u", "users", "shop", LONG, 63, 0)))
            .row("1", "a@example.org", "1234")
            .row("2", null, "5678");

    private final PluginDriver driver =
            PluginDriver.start(new MaskColumnPlugin(), "--mask-columns=users.EMAIL,users.pin", "--mask-except=dba");

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void valuesAreHiddenWhateverTheColumnIsCalled() {
        SessionDriver session = driver.connect().login("app");
        session.query("SELECT id, email AS mail, pin FROM users u");
        session.result(USERS);
        assertThat(session.clientGot())
                .hasColumns("id", "mail", "pin")
                .hasRow("1", "***", "***")
                .hasRow("2", null, "***")
                .hasRowCount(2);
    }

    @Test
    void aHiddenNumberIsAText() {
        SessionDriver session = driver.connect().login("app");
        session.execute("SELECT id, email AS mail, pin FROM users u");
        session.result(USERS);
        assertThat(session.clientGot().columns()).extracting(Column::type).containsExactly(LONG, 253, 253);
    }

    @Test
    void someSeeThemAllTheSame() {
        SessionDriver session = driver.connect().login("dba");
        session.query("SELECT id, email AS mail, pin FROM users u");
        session.result(USERS);
        assertThat(session.clientGot()).hasRow("1", "a@example.org", "1234");
    }

    @Test
    void otherTablesPass() {
        SessionDriver session = driver.connect().login("app");
        session.query("SELECT email FROM t");
        session.result(FakeResult.columns("email").row("x"));
        assertThat(session.clientGot()).hasRow("x");
    }
}
