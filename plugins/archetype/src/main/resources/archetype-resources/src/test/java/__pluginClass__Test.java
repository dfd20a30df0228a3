package ${package};

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.testkit.FakeClient;
import dev.mysqlproxy.testkit.FakeResult;
import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.ProxyRig;
import dev.mysqlproxy.testkit.SessionDriver;
import org.junit.jupiter.api.Test;

class ${pluginClass}Test {

    @Test
    void greetsAndCounts() {
        try (PluginDriver driver = PluginDriver.start(new ${pluginClass}(), "--${artifactId}-greeting=Hi")) {
            SessionDriver session = driver.connect().login("joe");
            assertThat(session.query("hello")).answers().hasColumns("greeting").hasRow("Hi joe");
            assertThat(session.query("SELECT 1")).forwards();
            assertThat(driver.metric("hello_answered_total")).isEqualTo(1);
        }
    }

    @Test
    void worksInAProxy() {
        try (ProxyRig rig = ProxyRig.of("${artifactId}", ${pluginClass}.class).start();
                FakeClient client = rig.login("joe")) {
            rig.server().answers(command -> FakeResult.columns("one").row("1"));
            assertThat(client.query("HELLO")).hasRow("Hello joe");
            assertThat(client.query("SELECT 1")).hasRow("1");
            assertThat(rig.server().statements()).containsExactly("SELECT 1");
        }
    }
}
