package dev.mysqlproxy.core.config;

import static dev.mysqlproxy.core.config.Samples.failure;
import static dev.mysqlproxy.core.config.Samples.file;
import static dev.mysqlproxy.core.config.Samples.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedConfigTest {

    @TempDir
    private Path dir;

    @Test
    void beatsTheFilesAndLosesToTheCommandLine() throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "proxy-address=:1", "log-level=error");
        Path hocon = file(dir, "p.conf", "mysql-proxy { proxy-address = \":2\", max-connections = 2 }");
        Path saved =
                file(dir, "saved.cnf", "[mysql-proxy]", "proxy-address=:3", "log-level=debug", "max-connections=3");
        Configuration configuration =
                load("--defaults-file=" + ini, "--config=" + hocon, "--saved-config=" + saved, "--log-level=info");
        assertThat(configuration.get(Samples.ADDRESS)).isEqualTo(":3");
        assertThat(configuration.source(Samples.ADDRESS)).isEqualTo(saved + ":2");
        assertThat(configuration.get(ChassisOptions.LOG_LEVEL)).isEqualTo("info");
        assertThat(configuration.get(ChassisOptions.MAX_CONNECTIONS)).isEqualTo(3);
    }

    @Test
    void aRelativeNameBeginsAtTheBaseDirectory() throws Exception {
        file(dir, "saved.cnf", "[mysql-proxy]", "proxy-address=:3");
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "basedir=" + dir, "saved-config=saved.cnf");
        assertThat(load("--defaults-file=" + ini).get(Samples.ADDRESS)).isEqualTo(":3");
    }

    @Test
    void aFileThatIsNotThereYetSaysNothing() throws Exception {
        Configuration configuration = load("--saved-config=" + dir.resolve("none.cnf"));
        assertThat(configuration.saved()).isSameAs(SavedConfig.NONE);
        assertThat(configuration.warnings()).isEmpty();
    }

    @Test
    void whereItIsItCannotSayItself() throws Exception {
        Path saved = file(dir, "saved.cnf", "[mysql-proxy]", "basedir=/elsewhere", "saved-config=/x", "no-such=1");
        Configuration configuration = load("--saved-config=" + saved);
        assertThat(configuration.get(ChassisOptions.BASEDIR)).isEqualTo(Samples.HOME);
        assertThat(configuration.get(ChassisOptions.SAVED_CONFIG)).isEqualTo(saved);
        assertThat(configuration.warnings())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("basedir is ignored (" + saved + ":2)"))
                .anyMatch(line -> line.startsWith("unknown option no-such is ignored (" + saved + ":4)"));
    }

    @Test
    void whatCannotBeReadIsOneClearError() throws Exception {
        Path broken = file(dir, "broken.cnf", "[mysql-proxy]", "what is this");
        assertThat(failure(() -> load("--saved-config=" + broken)))
                .startsWith(broken + ":2 is neither key=value nor [group]");
        Path wrong = file(dir, "wrong.cnf", "[mysql-proxy]", "max-connections=many");
        assertThat(failure(() -> load("--saved-config=" + wrong)))
                .startsWith("max-connections has to be a whole number")
                .endsWith("(" + wrong + ":2)");
        Path foreign = file(dir, "foreign.cnf", "[client]", "user=me");
        assertThat(failure(() -> load("--saved-config=" + foreign)))
                .isEqualTo(foreign + ":2 is in group [client], which a saved configuration does not have");
        Path open = file(dir, "open.cnf", "[mysql-proxy]");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(failure(() -> load("--saved-config=" + open))).contains("aren't secure", "chmod o-rwx");
        assertThat(failure(() -> load("--saved-config=" + dir))).endsWith("not a regular file");
    }

    @Test
    void backendsComeBackAsTheyWereWritten() throws Exception {
        Path file = dir.resolve("saved.cnf");
        List<SavedConfig.Backend> backends = List.of(
                new SavedConfig.Backend("", Map.of("address", "db1:3306", "weight", "5")),
                new SavedConfig.Backend("", Map.of("address", "/tmp/a b\\c ", "change", "removed")));
        SavedConfig.NONE.write(file, Map.of(), backends);
        List<SavedConfig.Backend> read = SavedConfig.read(file).backends();
        assertThat(read)
                .extracting(SavedConfig.Backend::settings)
                .containsExactly(backends.get(0).settings(), backends.get(1).settings());
        assertThat(read.get(0).where()).startsWith(file + ":");
    }

    @Test
    void optionsComeBackAsTheyWereWritten() throws Exception {
        Path file = dir.resolve("saved.cnf");
        Given backends = new Given(Samples.BACKENDS, Source.SET, List.of("a,b", "c\\d", " e "));
        Given address = Given.text(Samples.ADDRESS, Source.SET, "\t\u00e4\n");
        SavedConfig.NONE.write(file, Map.of("proxy-backend-addresses", backends, "proxy-address", address), List.of());
        Configuration read = load("--saved-config=" + file);
        assertThat(read.get(Samples.BACKENDS)).isEqualTo(backends.parts());
        assertThat(read.get(Samples.ADDRESS)).isEqualTo(address.parts().get(0));
    }

    @Test
    void isWrittenWholeAndForItsOwnerAlone() throws Exception {
        Path file = dir.resolve("saved.cnf");
        SavedConfig.NONE.write(file, Map.of(), List.of());
        assertThat(Files.getPosixFilePermissions(file))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(file).content().startsWith("# What was changed while mysql-proxy ran");
        SavedConfig.NONE.write(file, Map.of(), List.of());
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aLinkStaysOne() throws Exception {
        Path there = Files.createDirectory(dir.resolve("there")).resolve("real.cnf");
        Files.createFile(there);
        Path link = Files.createSymbolicLink(dir.resolve("saved.cnf"), there);
        SavedConfig.NONE.write(link, Map.of(), List.of());
        assertThat(link).isSymbolicLink();
        assertThat(there).isNotEmptyFile();
    }

    @Test
    void aWriteProtectedFileStaysAsItIs() throws Exception {
        Path file = Files.writeString(dir.resolve("saved.cnf"), "# mine\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assumeThat(Files.isWritable(file)).as("root may write everything").isFalse();
        assertThatThrownBy(() -> SavedConfig.NONE.write(file, Map.of(), List.of()))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + file + ": it is write-protected");
        assertThat(file).hasContent("# mine\n");
    }

    /** A run that was killed while it saved has left its new file behind, and not touched the old one. */
    @Test
    void whatAnInterruptedSaveLeavesDoesNotMatter() throws Exception {
        Path file = dir.resolve("saved.cnf");
        SavedConfig.NONE.write(file, Map.of(), List.of());
        Files.writeString(dir.resolve("saved.cnf.4711.new"), "[mysql-proxy]\nmax-conn");
        assertThat(load("--saved-config=" + file).saved().backends()).isEmpty();
        SavedConfig.NONE.write(file, Map.of(), List.of());
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        Path file = dir.resolve("none").resolve("saved.cnf");
        assertThatThrownBy(() -> SavedConfig.NONE.write(file, Map.of(), List.of()))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + file + ": the folder does not exist");
    }
}
