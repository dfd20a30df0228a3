package dev.mysqlproxy.core.config;

import static dev.mysqlproxy.core.config.Samples.failure;
import static dev.mysqlproxy.core.config.Samples.file;
import static dev.mysqlproxy.core.config.Samples.first;
import static dev.mysqlproxy.core.config.Samples.load;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoconFileTest {

    @TempDir
    Path dir;

    @Test
    void readsItsObject() throws Exception {
        Path conf = file(
                dir,
                "p.conf",
                "host = db1",
                "other { proxy-address = no }",
                "mysql-proxy {",
                "  proxy-address = \":4050\"   // comment",
                "  proxy-backend-addresses = [${host}\":3306\", \"db2:3306\"]",
                "  proxy-read-only-backend-addresses = \"r1, r2\"",
                "  plugins = [proxy, admin, proxy, \"\"]",
                "  daemon = true",
                "  event-threads = 3",
                "  proxy-connect-timeout = 0.250",
                "  log-file = log/x",
                "  replicant-read-binlogs = [\"a,b\"]",
                "  user = null",
                "}",
                "mysql-proxy.log-level = debug");
        Configuration configuration = load("--config=" + conf);
        assertThat(configuration.get(Samples.ADDRESS)).isEqualTo(":4050");
        assertThat(configuration.get(Samples.BACKENDS)).containsExactly("db1:3306", "db2:3306");
        assertThat(configuration.get(Samples.REPLICAS)).containsExactly("r1", "r2");
        assertThat(configuration.get(ChassisOptions.PLUGINS)).containsExactly("proxy", "admin");
        assertThat(configuration.get(ChassisOptions.DAEMON)).isTrue();
        assertThat(configuration.get(ChassisOptions.EVENT_THREADS)).isEqualTo(3);
        assertThat(configuration.get(Samples.TIMEOUT)).isEqualTo(Duration.ofMillis(250));
        assertThat(configuration.get(ChassisOptions.LOG_FILE)).isEqualTo(Path.of("/opt/mysql-proxy/log/x"));
        assertThat(configuration.get(Samples.BINLOGS)).containsExactly(Path.of("/opt/mysql-proxy/a,b"));
        assertThat(configuration.get(ChassisOptions.LOG_LEVEL)).isEqualTo("debug");
        assertThat(configuration.isGiven(ChassisOptions.USER)).isFalse();
        assertThat(configuration.source(Samples.ADDRESS)).isEqualTo(conf + ":4");
        assertThat(configuration.warnings()).isEmpty();
        assertThat(first("--config=" + conf).get(ChassisOptions.PLUGINS)).containsExactly("proxy", "admin");
    }

    @Test
    void commandLineBeatsDefaultsFileBeatsHocon() throws Exception {
        Path conf =
                file(dir, "p.conf", "mysql-proxy { proxy-address = a, user = a, event-threads = 1, log-level = info }");
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "proxy-address=b", "user=b", "event-threads=2");
        Configuration configuration = load("--config=" + conf, "--defaults-file=" + ini, "--proxy-address=c");
        assertThat(configuration.get(Samples.ADDRESS)).isEqualTo("c");
        assertThat(configuration.get(ChassisOptions.USER)).isEqualTo("b");
        assertThat(configuration.get(ChassisOptions.EVENT_THREADS)).isEqualTo(2);
        assertThat(configuration.get(ChassisOptions.LOG_LEVEL)).isEqualTo("info");
        assertThat(configuration.get(ChassisOptions.LOG_FORMAT)).isEqualTo("text");
        assertThat(configuration.source(Samples.ADDRESS)).isEqualTo("command line");
        assertThat(configuration.source(ChassisOptions.USER)).isEqualTo(ini + ":3");
        assertThat(configuration.source(ChassisOptions.LOG_LEVEL)).isEqualTo(conf + ":1");
        assertThat(configuration.source(ChassisOptions.LOG_FORMAT)).isEqualTo("default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "event-threads = many|event-threads has to be a whole number from 1 to 1024, is many (%s:2)",
                "event-threads = 2.0|event-threads has to be a whole number from 1 to 1024, is 2.0 (%s:2)",
                "daemon = [true]|daemon has to be true or false, is a list (%s:2)",
                "log-level = { a = 1 }|log-level has to be one of error, critical, warning, message, info, debug,"
                        + " is an object (%s:2)",
                "plugins = [[proxy]]|plugins has to be a comma list, is a list (%s:2)",
                "plugins = { a = 1 }|plugins has to be a comma list, is an object (%s:2)"
            })
    void namesTheLine(String line, String message) throws Exception {
        Path conf = file(dir, "p.conf", "mysql-proxy {", line, "}");
        assertThat(failure(() -> load("--config=" + conf))).isEqualTo(String.format(message, conf));
    }

    @Test
    void saysWhatIsWrongWithTheFile() throws Exception {
        Path broken = file(dir, "broken.conf", "mysql-proxy {", "  a = [", "}");
        assertThat(failure(() -> load("--config=" + broken))).startsWith("--config=" + broken + ": ");
        Path unresolved = file(dir, "unresolved.conf", "mysql-proxy { user = ${no.such.thing} }");
        assertThat(failure(() -> load("--config=" + unresolved))).contains("no.such.thing");
        Path text = file(dir, "text.conf", "mysql-proxy = 1");
        assertThat(failure(() -> load("--config=" + text)))
                .isEqualTo("mysql-proxy has to be an object { ... } of options (" + text + ":1)");
        assertThat(failure(() -> load("--config=" + dir.resolve("none"))))
                .isEqualTo("--config=" + dir.resolve("none") + ": no such file");
        assertThat(failure(() -> load("--config=" + dir))).isEqualTo("--config=" + dir + ": not a regular file");
    }

    @Test
    void anEmptyFileIsFine() throws Exception {
        assertThat(load("--config=" + file(dir, "e.conf", "")).warnings()).isEmpty();
        assertThat(load("--config=" + file(dir, "n.conf", "mysql-proxy = null")).warnings())
                .isEmpty();
    }

    @Test
    void warnsOfWhatItIgnores() throws Exception {
        Path conf = file(
                dir,
                "p.conf",
                "mysql-proxy {",
                "  proxy { address = x }",
                "  proxy-adress = x",
                "  \"odd.key\" = x",
                "  version = true",
                "}");
        assertThat(load("--config=" + conf).warnings())
                .containsExactlyInAnyOrder(
                        "unknown option proxy is ignored (" + conf + ":2) - did you mean proxy-address?",
                        "unknown option proxy-adress is ignored (" + conf + ":3) - did you mean proxy-address?",
                        "unknown option odd.key is ignored (" + conf + ":4)",
                        "version is ignored (" + conf + ":5): it works on the command line only");
    }

    @Test
    void warnsOfASecretThatEverybodyCanRead() throws Exception {
        Path conf = file(dir, "p.conf", "mysql-proxy { admin-password = x, user = u }");
        assertThat(load("--config=" + conf).warnings()).isEmpty();
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(load("--config=" + conf).warnings())
                .containsExactly("admin-password is in " + conf + ", which is open to every user (0644): run chmod"
                        + " o-rwx " + conf);
    }
}
