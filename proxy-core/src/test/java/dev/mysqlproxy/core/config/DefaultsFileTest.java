package dev.mysqlproxy.core.config;

import static dev.mysqlproxy.core.config.Samples.failure;
import static dev.mysqlproxy.core.config.Samples.file;
import static dev.mysqlproxy.core.config.Samples.first;
import static dev.mysqlproxy.core.config.Samples.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultsFileTest {

    @TempDir
    Path dir;

    @Test
    void readsItsGroup() throws Exception {
        Path ini = file(
                dir,
                "p.cnf",
                "# comment",
                "  # indented comment",
                "",
                "[mysqld]",
                "proxy-address = :1",
                "no-such = thing",
                "  [mysql-proxy]  ",
                "  proxy-address =  :4050 \t\r",
                "proxy-backend-addresses = a:1 , b:2,,",
                "plugins=proxy, admin,proxy",
                "no-proxy=true",
                "daemon = 1",
                "keepalive=0",
                "event-threads = 3",
                "proxy-connect-timeout=0.25",
                "proxy-lua-script=lua/x.lua",
                "replicant-read-binlogs = a, /b",
                "admin-password=a = b # no comment",
                "[mysql-proxy]",
                "log-level=debug");
        Configuration configuration = load("--defaults-file=" + ini);
        assertThat(configuration.get(Samples.ADDRESS)).isEqualTo(":4050");
        assertThat(configuration.get(Samples.BACKENDS)).containsExactly("a:1", "b:2");
        assertThat(configuration.get(ChassisOptions.PLUGINS)).containsExactly("proxy", "admin");
        assertThat(configuration.get(Samples.NO_PROXY)).isTrue();
        assertThat(configuration.get(ChassisOptions.DAEMON)).isTrue();
        assertThat(configuration.get(ChassisOptions.KEEPALIVE)).isFalse();
        assertThat(configuration.get(ChassisOptions.EVENT_THREADS)).isEqualTo(3);
        assertThat(configuration.get(Samples.TIMEOUT)).isEqualTo(Duration.ofMillis(250));
        assertThat(configuration.get(Samples.SCRIPT)).isEqualTo(Path.of("/opt/mysql-proxy/lua/x.lua"));
        assertThat(configuration.get(Samples.BINLOGS)).containsExactly(Path.of("/opt/mysql-proxy/a"), Path.of("/b"));
        assertThat(configuration.get(Samples.PASSWORD)).isEqualTo("a = b # no comment");
        assertThat(configuration.get(ChassisOptions.LOG_LEVEL)).isEqualTo("debug");
        assertThat(configuration.source(Samples.ADDRESS)).isEqualTo(ini + ":8");
        assertThat(configuration.warnings()).isEmpty();
    }

    @Test
    void theCommandLineWins() throws Exception {
        Path ini = file(
                dir, "p.cnf", "[mysql-proxy]", "daemon=true", "event-threads=3", "proxy-backend-addresses=a", "user=u");
        Configuration configuration = load("--defaults-file=" + ini, "--daemon=false", "--event-threads=5", "-b", "c");
        assertThat(configuration.get(ChassisOptions.DAEMON)).isFalse();
        assertThat(configuration.get(ChassisOptions.EVENT_THREADS)).isEqualTo(5);
        assertThat(configuration.get(Samples.BACKENDS)).containsExactly("c");
        assertThat(configuration.get(ChassisOptions.USER)).isEqualTo("u");
    }

    @Test
    void theBaseFolderMayComeFromTheFile() throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "log-file=l", "basedir=/srv");
        assertThat(load("--defaults-file=" + ini).get(ChassisOptions.LOG_FILE)).isEqualTo(Path.of("/srv/l"));
        Path wrong = file(dir, "w.cnf", "[mysql-proxy]", "basedir=srv");
        assertThat(failure(() -> load("--defaults-file=" + wrong)))
                .isEqualTo("basedir has to be an absolute path, is srv (" + wrong + ":2)");
    }

    @Test
    void undoesEscapes() throws Exception {
        Path ini = file(
                dir,
                "p.cnf",
                "[mysql-proxy]",
                "admin-username=\\sa\\tb\\nc\\rd\\\\e\\s",
                "proxy-backend-addresses=a\\,b, \\sc ,\\\\");
        Configuration configuration = load("--defaults-file=" + ini);
        assertThat(configuration.get(Samples.USERNAME)).isEqualTo(" a\tb\nc\rd\\e ");
        assertThat(configuration.get(Samples.BACKENDS)).containsExactly("a,b", " c", "\\");
    }

    @ParameterizedTest
    @CsvSource({
        "a\\xb,value of admin-password has an unknown escape \\x",
        "'a\\,b',value of admin-password has an unknown escape",
        "a\\,value of admin-password ends in a single backslash"
    })
    void refusesOtherEscapes(String value, String message) throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "admin-password=" + value);
        assertThat(failure(() -> load("--defaults-file=" + ini)))
                .startsWith(message)
                .contains(ini + ":2");
    }

    @Test
    void wantsUtf8OnlyWhereItCounts() throws Exception {
        Path fine = file(
                dir,
                "fine.cnf",
                "#\u00e9\n[x]\na=\u00e9\n[mysql-proxy]\nuser=u\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(load("--defaults-file=" + fine).get(ChassisOptions.USER)).isEqualTo("u");
        Path wrong = file(dir, "wrong.cnf", "[mysql-proxy]\nuser=\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(failure(() -> load("--defaults-file=" + wrong)))
                .isEqualTo("value of user is not UTF-8 (" + wrong + ":2)");
        Path utf = file(dir, "utf.cnf", "\ufeff[mysql-proxy]", "user=\u00e0\u0905\ud83d\ude00\u0160");
        assertThat(load("--defaults-file=" + utf).get(ChassisOptions.USER)).isEqualTo("\u00e0\u0905\ud83d\ude00\u0160");
    }

    @ParameterizedTest
    @CsvSource({
        "event-threads=0,'event-threads has to be >= 1, is 0 (%s:3)'",
        "event-threads=two,'event-threads has to be a whole number from 1 to 1024, is two (%s:3)'",
        "daemon=yes,'daemon has to be true or false, is yes (%s:3)'",
        "daemon,'%s:3 is neither key=value nor [group] nor a # comment; it begins with ''daemon'''",
        "admin-password geheim,'%s:3 is neither key=value nor [group] nor a # comment; it begins with"
                + " ''admin-password'''",
        "=x,'%s:3 is neither key=value nor [group] nor a # comment; it begins with ''='''",
        "[mysql-proxy,'%s:3 is neither key=value nor [group] nor a # comment; it begins with ''[mysql-proxy'''"
    })
    void namesTheLine(String line, String message) throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "# x", line);
        assertThat(failure(() -> load("--defaults-file=" + ini))).isEqualTo(String.format(message, ini));
    }

    @Test
    void wantsAGroupFirst() throws Exception {
        Path ini = file(dir, "p.cnf", "daemon=true");
        assertThat(failure(() -> load("--defaults-file", ini.toString())))
                .isEqualTo(ini + ":1 stands before the first group: a line [mysql-proxy] has to come first");
    }

    @Test
    void anEmptyFileOrNoGroupIsFine() throws Exception {
        assertThat(load("--defaults-file=" + file(dir, "e.cnf", new byte[0])).warnings())
                .isEmpty();
        assertThat(load("--defaults-file=" + file(dir, "n.cnf", "[client]", "a=b"))
                        .warnings())
                .isEmpty();
    }

    @Test
    void warnsOfWhatItIgnores() throws Exception {
        Path ini = file(
                dir,
                "p.cnf",
                "[mysql-proxy]",
                "proxy-adress=:1",
                "nothing=like it",
                "defaults-file=x",
                "user=a",
                "user=b",
                "user[de]=c");
        Configuration configuration = load("--defaults-file=" + ini);
        assertThat(configuration.warnings())
                .containsExactly(
                        "unknown option proxy-adress is ignored (" + ini + ":2) - did you mean proxy-address?",
                        "unknown option nothing is ignored (" + ini + ":3)",
                        "defaults-file is ignored (" + ini + ":4): it works on the command line only",
                        "user is given twice: " + ini + ":6 counts, " + ini + ":5 is ignored");
        assertThat(configuration.get(ChassisOptions.USER)).isEqualTo("b");
        assertThat(first("--defaults-file=" + ini).warnings()).isEmpty();
    }

    @Test
    void theFirstPassReadsItToo() throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "plugins=admin", "admin-password=x\\y", "proxy-read-timeout=?");
        assertThat(first("--defaults-file=" + ini).get(ChassisOptions.PLUGINS)).containsExactly("admin");
    }

    @Test
    void anEmptyPluginsOnTheCommandLineLeavesTheFilesOne() throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "plugins=admin");
        assertThat(load("--plugins=", "--defaults-file=" + ini).get(ChassisOptions.PLUGINS))
                .containsExactly("admin");
    }

    @ParameterizedTest
    @CsvSource({"rw-r--r--,0644", "rw-rw-r--,0664", "rwx-----x,0701", "rw-----w-,0602"})
    void refusesAFileThatIsOpenToOthers(String permissions, String mode) throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]");
        Files.setPosixFilePermissions(ini, PosixFilePermissions.fromString(permissions));
        assertThat(failure(() -> load("--defaults-file=" + ini)))
                .isEqualTo("permissions of " + ini + " aren't secure (0660 or stricter required, is " + mode
                        + "): run chmod o-rwx " + ini);
    }

    @ParameterizedTest
    @ValueSource(strings = {"r--------", "rw-------", "rw-rw----", "rwxrwx---"})
    void acceptsAFileThatIsNot(String permissions) throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]");
        Files.setPosixFilePermissions(ini, PosixFilePermissions.fromString(permissions));
        assertThatCode(() -> load("--defaults-file=" + ini)).doesNotThrowAnyException();
    }

    @Test
    void wantsARegularFileOfReasonableSize() throws Exception {
        assertThat(failure(() -> load("--defaults-file=" + dir.resolve("none"))))
                .isEqualTo("--defaults-file=" + dir.resolve("none") + ": no such file");
        assertThat(failure(() -> load("--defaults-file=" + dir)))
                .isEqualTo("--defaults-file=" + dir + ": not a regular file");
        Path big = file(dir, "big.cnf", new byte[(1 << 20) + 1]);
        assertThat(failure(() -> load("--defaults-file=" + big))).contains("larger than 1048576 bytes");
    }
}
