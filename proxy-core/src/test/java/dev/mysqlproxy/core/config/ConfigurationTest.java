package dev.mysqlproxy.core.config;

import static dev.mysqlproxy.core.config.Samples.failure;
import static dev.mysqlproxy.core.config.Samples.file;
import static dev.mysqlproxy.core.config.Samples.first;
import static dev.mysqlproxy.core.config.Samples.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.lifecycle.ProxyControl.OptionInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    @TempDir
    Path dir;

    @Test
    void hasDefaults() throws Exception {
        Configuration configuration = load();
        assertThat(configuration.get(ChassisOptions.BASEDIR)).isEqualTo(Samples.HOME);
        assertThat(configuration.get(ChassisOptions.PLUGIN_DIR)).isEqualTo(Samples.HOME.resolve("plugins"));
        assertThat(configuration.get(ChassisOptions.EVENT_THREADS))
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(configuration.get(ChassisOptions.PLUGINS)).containsExactly("proxy");
        assertThat(configuration.get(ChassisOptions.LOG_LEVEL)).isEqualTo("message");
        assertThat(configuration.get(ChassisOptions.MAX_CONNECTIONS)).isEqualTo(4096);
        assertThat(configuration.get(ChassisOptions.HANDSHAKE_TIMEOUT)).isEqualTo(Duration.ofSeconds(10));
        assertThat(configuration.get(ChassisOptions.SHUTDOWN_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.get(ChassisOptions.MAX_HOOK_PACKET)).isEqualTo(16_777_216);
        assertThat(configuration.get(ChassisOptions.FAIL_CLOSED)).isEmpty();
        assertThat(configuration.isGiven(ChassisOptions.EVENT_THREADS)).isFalse();
        assertThat(configuration.groups()).containsExactly(ChassisOptions.GROUP, Samples.PROXY, Samples.ADMIN);
    }

    @Test
    void thePluginFolderIsTheInstallationsWhateverTheBaseFolder() throws Exception {
        assertThat(load("--basedir=/srv").get(ChassisOptions.PLUGIN_DIR)).isEqualTo(Samples.HOME.resolve("plugins"));
        assertThat(load("--basedir=/srv", "--plugin-dir=p").get(ChassisOptions.PLUGIN_DIR))
                .isEqualTo(Path.of("/srv/p"));
    }

    @Test
    void filesOnTheCommandLineAreRelativeToTheCurrentFolder() {
        String current = Path.of("").toAbsolutePath().toString();
        assertThat(failure(() -> load("--defaults-file=no-such.cnf", "--basedir=/srv")))
                .isEqualTo("--defaults-file=" + current + "/no-such.cnf: no such file");
        assertThat(failure(() -> load("--config=no-such.conf")))
                .isEqualTo("--config=" + current + "/no-such.conf: no such file");
    }

    @Test
    void knowsNoneWithoutValueAndDefault() throws Exception {
        Configuration configuration = load();
        assertThat(configuration.find(Samples.PASSWORD)).isEmpty();
        assertThatThrownBy(() -> configuration.get(Samples.PASSWORD))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("--admin-password has neither value nor default");
    }

    @Test
    void knowsDeclaredOptionsOnly() throws Exception {
        Configuration configuration = first();
        assertThatThrownBy(() -> configuration.find(Samples.PASSWORD)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> configuration.isGiven(Samples.PASSWORD)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> configuration.source(Samples.PASSWORD)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void listsOptionsWithTheirSources() throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "admin-password=geheim", "proxy-connect-timeout=1.50");
        List<OptionInfo> options =
                load("--defaults-file=" + ini, "-b", "a,b", "-V").options();
        assertThat(options)
                .contains(
                        new OptionInfo("admin-password", "***", ini + ":2", false),
                        new OptionInfo("proxy-connect-timeout", "1.5", ini + ":3", false),
                        new OptionInfo("proxy-backend-addresses", "a,b", "command line", false),
                        new OptionInfo("defaults-file", ini.toString(), "command line", false),
                        new OptionInfo("proxy-address", ":4040", "default", false),
                        new OptionInfo("basedir", "/opt/mysql-proxy", "default", false),
                        new OptionInfo("shutdown-timeout", "30", "default", true),
                        new OptionInfo("daemon", "false", "default", false),
                        new OptionInfo("log-file", "", "default", false));
        assertThat(options).extracting(OptionInfo::name).doesNotContain("version", "help", "help-all", "check-config");
        assertThat(options.toString()).doesNotContain("geheim");
        assertThat(load().options()).contains(new OptionInfo("admin-password", "", "default", false));
    }

    @Test
    void logsToOnePlace() throws Exception {
        assertThat(failure(() -> load("--log-file=x", "--log-use-syslog")))
                .isEqualTo("log-file (command line) and log-use-syslog (command line) were given, but only one is"
                        + " allowed");
        assertThat(load("--log-file=x", "--log-use-syslog=false").isGiven(ChassisOptions.LOG_FILE))
                .isTrue();
    }

    @Test
    void failClosedNamesLoadedPlugins() throws Exception {
        assertThat(load("--plugins=proxy,audit", "--fail-closed=audit").get(ChassisOptions.FAIL_CLOSED))
                .containsExactly("audit");
        assertThat(failure(() -> load("--plugins=proxy,audit", "--fail-closed=audti")))
                .isEqualTo("--fail-closed has to be plugins from --plugins=proxy,audit, is audti (command line)");
    }
}
