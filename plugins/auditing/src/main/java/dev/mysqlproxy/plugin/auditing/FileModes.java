package dev.mysqlproxy.plugin.auditing;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Modes of files, as {@code chmod} writes them. */
final class FileModes {

    private static final String BITS = "rwxrwxrwx";

    private FileModes() {}

    static boolean supported(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /**
     * Reads an octal mode that lets the owner read and write and others do nothing.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static Set<PosixFilePermission> of(String octal) {
        if (!octal.matches("0?[67][0-7]0")) {
            throw new IllegalArgumentException(
                    "'" + octal
                            + "' is no mode for an audit: the owner must read and write it and others nothing, as in 0600 or 0640");
        }
        int mode = Integer.parseInt(octal, 8);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < BITS.length(); i++) {
            text.append((mode >> BITS.length() - 1 - i & 1) == 1 ? BITS.charAt(i) : '-');
        }
        return EnumSet.copyOf(PosixFilePermissions.fromString(text.toString()));
    }

    /** For the creation of a file. */
    static FileAttribute<?>[] attributes(Set<PosixFilePermission> mode, boolean posix) {
        return posix && FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)}
                : new FileAttribute<?>[0];
    }
}
