package dev.mysqlproxy.plugin.auditing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that were once written to: {@code audit.log.20261123T060142.123Z}, later with {@code .gz}. The order of their
 * names is that of their ages. Tidied up away from the writer's thread, one at a time.
 */
final class RotatedFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RotatedFiles.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String GZ = ".gz";

    private final Path file;
    private final Rotation rotation;
    private final Pattern names;

    RotatedFiles(Path file, Rotation rotation) {
        this.file = file;
        this.rotation = rotation;
        names = Pattern.compile(Pattern.quote(file.getFileName() + ".") + "\\d{8}T\\d{6}\\.\\d{3}Z(\\.gz)?");
    }

    /** A name that is not taken. */
    Path nameFor(Instant moment) {
        Instant at = moment;
        while (true) {
            String name = file.getFileName() + "." + STAMP.format(at);
            if (!Files.exists(file.resolveSibling(name)) && !Files.exists(file.resolveSibling(name + GZ))) {
                return file.resolveSibling(name);
            }
            at = at.plusMillis(1);
        }
    }

    /** All of them, oldest first. */
    List<Path> all() throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry ->
                            names.matcher(entry.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    /** Removes those that are too many or too old, and compresses the others. */
    synchronized void tidy(Instant now) {
        try {
            List<Path> files = new ArrayList<>(all());
            while (!files.isEmpty() && (isTooMany(files.size()) || isTooOld(files.get(0), now))) {
                Files.deleteIfExists(files.remove(0));
            }
            if (rotation.compress()) {
                for (Path each : files) {
                    if (!each.toString().endsWith(GZ)) {
                        compress(each);
                    }
                }
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.toString())
                    .log("old audit files could not be tidied up; they stay");
        }
    }

    private boolean isTooMany(int count) {
        return rotation.keep() > 0 && count > rotation.keep();
    }

    private boolean isTooOld(Path old, Instant now) throws IOException {
        Duration most = rotation.keepFor();
        return !most.isZero()
                && Files.getLastModifiedTime(old).toInstant().plus(most).isBefore(now);
    }

    /** The whole file or none is there at any time. */
    private static void compress(Path plain) throws IOException {
        Path part = plain.resolveSibling(plain.getFileName() + GZ + ".part");
        Path whole = plain.resolveSibling(plain.getFileName() + GZ);
        Files.deleteIfExists(part);
        boolean posix = FileModes.supported(plain);
        try (FileChannel channel = FileChannel.open(
                        part,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        FileModes.attributes(posix ? Files.getPosixFilePermissions(plain) : Set.of(), posix));
                InputStream in = Files.newInputStream(plain);
                OutputStream out = new GZIPOutputStream(Channels.newOutputStream(channel), 64 * 1024)) {
            in.transferTo(out);
            out.flush();
            ((GZIPOutputStream) out).finish();
            channel.force(true);
        } catch (IOException e) {
            // on a full disk it would be in the way
            Files.deleteIfExists(part);
            throw e;
        }
        Files.setLastModifiedTime(part, Files.getLastModifiedTime(plain));
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(plain);
    }
}
