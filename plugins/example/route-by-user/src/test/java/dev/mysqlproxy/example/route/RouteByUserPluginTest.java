package dev.mysqlproxy.example.route;

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.testkit.FakeResult;
import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.SessionDriver;
import org.junit.jupiter.api.Test;

class RouteByUserPluginTest {

    @Test
    void aUserIsMovedOnceToItsBackend() {
        try (PluginDriver driver = PluginDriver.start(new RouteByUserPlugin(), "--route-users=report:2")) {
            SessionDriver session = driver.connect(driver.view().idle(2, 1)).login("report");
            assertThat(session.query("SELECT 1")).forwards();
            assertThat(session.view().server())
                    .map(server -> server.backendIndex())
                    .contains(2);
            session.result(FakeResult.ok());
            session.query("SELECT 2");
            assertThat(session.view().actions()).containsExactly("take 2");
        }
    }

    @Test
    void othersStayWhereTheyAre() {
        try (PluginDriver driver = PluginDriver.start(new RouteByUserPlugin(), "--route-users=report:2")) {
            SessionDriver session = driver.connect(driver.view().idle(2, 1)).login("app");
            session.query("SELECT 1");
            assertThat(session.view().actions()).isEmpty();
        }
    }

    @Test
    void withoutAConnectionTheSessionStays() {
        try (PluginDriver driver = PluginDriver.start(new RouteByUserPlugin(), "--route-users=report:2")) {
            SessionDriver session = driver.connect().login("report");
            assertThat(session.query("SELECT 1")).forwards();
            assertThat(session.view().server())
                    .map(server -> server.backendIndex())
                    .contains(1);
        }
    }

    @Test
    void nonsenseIsRefusedAtTheStart() {
        assertThat(PluginDriver.startFails(new RouteByUserPlugin(), "--route-users=report"))
                .isEqualTo("--route-users has to be user:number, is report");
        assertThat(PluginDriver.startFails(new RouteByUserPlugin(), "--route-users=report:0"))
                .isEqualTo("--route-users has to be user:number, is report:0");
    }
}
