package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Reads a password from a file that only its owner and group can see: the rule of the defaults file. */
final class PasswordFile {

    /** Far more than any password; a wrong file is not read to its end. */
    private static final int MAX_BYTES = 4096;

    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private PasswordFile() {}

    /** The first line, byte for byte, without its end; not empty. */
    static byte[] read(Path file) throws StartException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw refused(file, "this is not a regular file", null);
        }
        try {
            // where there are no such permissions there is nothing to check
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (view != null && !Collections.disjoint(view.readAttributes().permissions(), FOR_OTHERS)) {
                throw refused(file, "its permissions aren't secure (0660 or stricter required)", null);
            }
            return firstLine(file);
        } catch (NoSuchFileException e) {
            throw refused(file, "there is no such file", e);
        } catch (AccessDeniedException e) {
            throw refused(file, "permission denied", e);
        } catch (IOException e) {
            String reason = e instanceof FileSystemException cause ? cause.getReason() : e.getMessage();
            throw refused(file, "it cannot be read: " + reason, e);
        }
    }

    private static byte[] firstLine(Path file) throws IOException, StartException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES);
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        if (end == MAX_BYTES) {
            throw refused(file, "its first line is too long for a password", null);
        }
        if (end > 0 && bytes[end - 1] == '\r') {
            end--;
        }
        if (end == 0) {
            throw refused(file, "its first line is empty, and the password must not be", null);
        }
        return Arrays.copyOf(bytes, end);
    }

    private static StartException refused(Path file, String why, IOException cause) {
        return new StartException(AdminOptions.PASSWORD_FILE + "=" + file + ": " + why, cause);
    }
}
