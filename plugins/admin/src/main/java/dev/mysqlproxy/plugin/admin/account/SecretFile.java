package dev.mysqlproxy.plugin.admin.account;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
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

/**
 * A file with secrets in it, which only its owner and group may see: the rule of the defaults file.
 *
 * @param option names it in messages
 * @param file where it is
 */
public record SecretFile(Option<Path> option, Path file) {

    /** Far more than any password; a wrong file is not read to its end. */
    private static final int LONGEST_LINE = 4096;

    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    /** All of it, or its first bytes when it is longer. */
    byte[] read(int maxBytes) throws StartException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw refused("this is not a regular file", null);
        }
        try {
            // where there are no such permissions there is nothing to check
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (view != null && !Collections.disjoint(view.readAttributes().permissions(), FOR_OTHERS)) {
                throw refused("its permissions aren't secure (0660 or stricter required)", null);
            }
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(maxBytes);
            }
        } catch (NoSuchFileException e) {
            throw refused("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw refused("permission denied", e);
        } catch (IOException e) {
            String reason = e instanceof FileSystemException cause ? cause.getReason() : e.getMessage();
            throw refused("it cannot be read: " + reason, e);
        }
    }

    /** The first line, byte for byte, without its end; not empty. */
    public byte[] firstLine() throws StartException {
        byte[] bytes = read(LONGEST_LINE);
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        if (end == LONGEST_LINE) {
            throw refused("its first line is too long for a password", null);
        }
        if (end > 0 && bytes[end - 1] == '\r') {
            end--;
        }
        if (end == 0) {
            throw refused("its first line is empty, and the password must not be", null);
        }
        return Arrays.copyOf(bytes, end);
    }

    StartException refused(String why, IOException cause) {
        return new StartException(option + "=" + file + ": " + why, cause);
    }
}
