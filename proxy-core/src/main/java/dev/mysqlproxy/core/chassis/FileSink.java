package dev.mysqlproxy.core.chassis;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Appends whole lines to a file, one system call each, so that several processes can share it. Mode 0660 less the umask
 * when the file is new.
 */
final class FileSink implements LogSink {

    private final Path path;
    // not a FileChannel: that one closes itself when the thread that writes is interrupted
    private FileOutputStream out;

    private FileSink(Path path, FileOutputStream out) {
        this.path = path;
        this.out = out;
    }

    static FileSink open(Path path) throws IOException {
        return new FileSink(path, append(path));
    }

    private static FileOutputStream append(Path path) throws IOException {
        if (!Files.exists(path)) {
            try {
                Files.createFile(path, mode());
            } catch (FileAlreadyExistsException e) {
                // another process was faster
            }
        }
        return new FileOutputStream(path.toFile(), true);
    }

    private static FileAttribute<?>[] mode() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-rw----"))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public void write(LogLevel level, String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void reopen() throws IOException {
        FileOutputStream old = out;
        out = append(path);
        old.close();
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            // nothing was buffered, nothing is lost
        }
    }
}
