package dev.mysqlproxy.core.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

    private static final String OWN = Long.toString(ProcessHandle.current().pid());

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("proxy.pid");
    }

    @Test
    void holdsTheNumberAloneAndGoesAway() throws Exception {
        try (PidFile file = PidFile.write(path)) {
            assertThat(file.path()).hasContent(OWN);
            assertThat(Files.size(path)).isEqualTo(OWN.length());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void staleOneIsOverwrittenEvenIfTheNumberLivesAgain() throws Exception {
        Files.writeString(path, "1\nand a rest of something longer");
        PidFile.write(path).close();
        Files.writeString(path, "1");
        try (PidFile file = PidFile.write(path)) {
            assertThat(file.path()).hasContent(OWN);
        }
    }

    @Test
    void liveOneIsRefusedAndStays() throws Exception {
        try (PidFile file = PidFile.write(path)) {
            assertThatThrownBy(() -> PidFile.write(path))
                    .isInstanceOf(StartException.class)
                    .hasMessage("the pid file " + path + " is in use by a running mysql-proxy (process " + OWN + ")");
            assertThat(file.path()).hasContent(OWN);
        }
    }

    @Test
    void missingFolderIsASentence() {
        assertThatThrownBy(() -> PidFile.write(folder.resolve("no/proxy.pid")))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("cannot write the pid file ");
    }
}
