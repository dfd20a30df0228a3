package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What is asked of every configuration file before it is read. */
final class ConfigFiles {

    private static final long LARGEST_BYTES = 1 << 20;

    private ConfigFiles() {}

    /**
     * Checks that it is a regular file of reasonable size that we may read.
     *
     * @param optionName the option that named it
     */
    static void requireReadable(String optionName, Path file) throws StartException {
        String what = "--" + optionName + "=" + Shown.printable(file.toString());
        if (!Files.exists(file)) {
            throw new StartException(what + ": no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new StartException(what + ": not a regular file");
        }
        if (!Files.isReadable(file)) {
            throw new StartException(what + ": not readable for this user");
        }
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new StartException(what + ": larger than " + LARGEST_BYTES + " bytes");
            }
        } catch (IOException e) {
            throw unreadable(optionName, file, e);
        }
    }

    static StartException unreadable(String optionName, Path file, IOException why) {
        return new StartException(
                "--" + optionName + "=" + Shown.printable(file.toString()) + ": cannot be read: " + why, why);
    }

    /** Its mode as chmod writes it, when the file system has modes and this one lets everybody in. */
    static Optional<String> modeIfOpenToOthers(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Optional.empty();
        }
        int mode = (Integer) Files.getAttribute(file, "unix:mode") & 0777;
        return (mode & 07) == 0 ? Optional.empty() : Optional.of(String.format(Locale.ROOT, "%04o", mode));
    }
}
