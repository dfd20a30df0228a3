package dev.mysqlproxy.plugin.auditing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.testkit.FakeTasks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDestinationTest {

    private static final Rotation NEVER = new Rotation(0, Duration.ZERO, false, 0, Duration.ZERO);

    @TempDir
    Path folder;

    private final FakeTasks tasks = new FakeTasks();
    private final SetClock clock = new SetClock();

    /** A clock that the test sets. */
    private static final class SetClock extends Clock {
        private Instant now = Instant.now();

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private Path file() {
        return folder.resolve("audit.log");
    }

    private FileDestination open(String mode, Rotation rotation) {
        return new FileDestination(file(), FileModes.of(mode), rotation, tasks, clock);
    }

    private static void write(Destination destination, String lines) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(UTF_8));
        destination.write(bytes);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String unzipped(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @Test
    void opensWithTheFirstLineAndForItsOwnerOnly() throws IOException {
        FileDestination destination = open("0640", NEVER);
        assertThat(file()).doesNotExist();
        write(destination, "a\n");
        destination.close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-r-----");
        write(destination, "b\n");
        assertThat(destination.size()).isEqualTo(4);
        assertThat(file()).hasContent("a\nb\n");
    }

    @Test
    void modesOfAnAudit() {
        assertThat(PosixFilePermissions.toString(FileModes.of("0600"))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(FileModes.of("660"))).isEqualTo("rw-rw----");
        for (String mode : List.of("0644", "0400", "rw", "", "0601")) {
            assertThatThrownBy(() -> FileModes.of(mode)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void endsALineThatACrashHasLeft() throws IOException {
        Files.writeString(file(), "whole\nhal");
        write(open("0600", NEVER), "next\n");
        assertThat(file()).hasContent("whole\nhal\nnext\n");
    }

    @Test
    void makesAFileAnewThatSomebodyHasRenamed() throws IOException {
        FileDestination destination = open("0600", NEVER);
        write(destination, "a\n");
        Files.move(file(), folder.resolve("old"));
        write(destination, "b\n");
        assertThat(folder.resolve("old")).hasContent("a\n");
        assertThat(file()).hasContent("b\n");
        // logrotate may have made it itself
        Files.move(file(), folder.resolve("older"));
        Files.createFile(file());
        write(destination, "c\n");
        assertThat(file()).hasContent("c\n");
    }

    @Test
    void whatCannotBeWrittenIsLeftForLater() throws IOException {
        FileDestination destination =
                new FileDestination(folder.resolve("no/audit.log"), FileModes.of("0600"), NEVER, tasks, clock);
        ByteBuffer lines = ByteBuffer.wrap("a\n".getBytes(UTF_8));
        assertThatThrownBy(() -> destination.write(lines)).isInstanceOf(NoSuchFileException.class);
        assertThat(lines.remaining()).isEqualTo(2);
        Files.createDirectory(folder.resolve("no"));
        destination.write(lines);
        assertThat(folder.resolve("no/audit.log")).hasContent("a\n");
    }

    @Test
    void rotatesBySize() throws IOException {
        FileDestination destination = open("0600", new Rotation(5, Duration.ZERO, false, 0, Duration.ZERO));
        clock.now = Instant.parse("2026-11-23T06:01:42.123Z");
        write(destination, "one\n");
        write(destination, "two\n");
        write(destination, "three\n");
        write(destination, "four\n");
        assertThat(names())
                .containsExactly("audit.log", "audit.log.20261123T060142.123Z", "audit.log.20261123T060142.124Z");
        assertThat(folder.resolve("audit.log.20261123T060142.123Z")).hasContent("one\ntwo\n");
        assertThat(folder.resolve("audit.log.20261123T060142.124Z")).hasContent("three\n");
        assertThat(file()).hasContent("four\n");
        assertThat(destination.rotations()).isEqualTo(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void rotatesByTimeAlsoWhatAnEarlierRunHasLeft() throws IOException {
        Rotation daily = new Rotation(0, Duration.ofDays(1), false, 0, Duration.ZERO);
        Instant noon = Instant.parse("2026-11-23T12:00:00Z");
        Files.writeString(file(), "yesterday\n");
        Files.setLastModifiedTime(file(), FileTime.from(noon.minus(Duration.ofDays(1))));
        FileDestination destination = open("0600", daily);
        clock.now = noon;
        write(destination, "a\n");
        clock.now = noon.plusSeconds(60);
        write(destination, "b\n");
        assertThat(file()).hasContent("a\nb\n");
        clock.now = noon.plus(Duration.ofDays(1));
        write(destination, "c\n");
        assertThat(file()).hasContent("c\n");
        assertThat(names()).hasSize(3);
    }

    @Test
    void compressesAndRemovesOldFiles() throws IOException {
        FileDestination destination = open("0640", new Rotation(1, Duration.ZERO, true, 2, Duration.ZERO));
        Files.writeString(folder.resolve("audit.log.20200101T000000.000Z.bak"), "not ours");
        for (String line : List.of("a\n", "b\n", "c\n", "d\n")) {
            write(destination, line);
            clock.now = clock.now.plusSeconds(1);
            tasks.runPending();
        }
        List<Path> rotated = new RotatedFiles(file(), NEVER).all();
        assertThat(rotated)
                .hasSize(2)
                .allSatisfy(old -> assertThat(old.toString()).endsWith("Z.gz"));
        assertThat(unzipped(rotated.get(0))).isEqualTo("b\n");
        assertThat(unzipped(rotated.get(1))).isEqualTo("c\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rotated.get(0))))
                .isEqualTo("rw-r-----");
        assertThat(names()).hasSize(4).contains("audit.log.20200101T000000.000Z.bak");
    }

    @Test
    void removesFilesThatAreTooOld() throws IOException {
        FileDestination destination = open("0600", new Rotation(1, Duration.ZERO, false, 0, Duration.ofDays(7)));
        write(destination, "a\n");
        write(destination, "b\n");
        tasks.runPending();
        assertThat(names()).hasSize(2);
        clock.now = clock.now.plus(Duration.ofDays(8));
        write(destination, "c\n");
        // of the two that are there now one is old by its name, both by the time of their last line
        tasks.runPending();
        assertThat(names()).containsExactly("audit.log");
    }

    @Test
    void rotatesWhenTold() throws IOException {
        FileDestination destination = open("0600", NEVER);
        write(destination, "a\n");
        assertThat(destination.rotate()).isTrue();
        assertThat(file()).isEmptyFile();
        assertThat(names()).hasSize(2);
    }
}
