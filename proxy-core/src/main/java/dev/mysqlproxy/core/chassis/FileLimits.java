package dev.mysqlproxy.core.chassis;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many file descriptors the process may have ({@code --max-open-files}). */
public final class FileLimits {

    private static final Logger log = LoggerFactory.getLogger(FileLimits.class);
    private static final int RLIMIT_NOFILE = 7;
    private static final Pattern SOFT_LIMIT = Pattern.compile("Max open files +(\\d+|unlimited) .*");

    private FileLimits() {}

    /**
     * Sets the limit, raising the hard one when that is lower.
     *
     * @param wanted number of descriptors; 0 leaves the limit alone
     * @throws StartException when it is not permitted
     */
    public static void apply(long wanted) throws StartException {
        if (wanted < 0) {
            throw new StartException("--max-open-files has to be >= 0, is " + wanted);
        }
        if (wanted > 0) {
            set(wanted);
        }
        if (log.isDebugEnabled()) {
            current().ifPresent(limit -> log.debug("max open file-descriptors = {}", limit));
        }
    }

    private static void set(long wanted) throws StartException {
        Posix.requireLinux("--max-open-files");
        long[] limits = new long[2];
        Posix.call("getrlimit(RLIMIT_NOFILE)", () -> Libc.getrlimit(RLIMIT_NOFILE, limits));
        long hard = Long.compareUnsigned(limits[1], wanted) < 0 ? wanted : limits[1];
        Posix.call(
                "setting --max-open-files to " + wanted + " (hard limit " + Long.toUnsignedString(limits[1]) + ")",
                () -> Libc.setrlimit(RLIMIT_NOFILE, new long[] {wanted, hard}));
    }

    /** The limit that holds now; {@code Long.MAX_VALUE} for none; empty where the system does not tell. */
    public static OptionalLong current() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/self/limits")));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    static OptionalLong parse(List<String> lines) {
        for (String line : lines) {
            Matcher limit = SOFT_LIMIT.matcher(line);
            if (limit.matches()) {
                String soft = limit.group(1);
                return OptionalLong.of(soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft));
            }
        }
        return OptionalLong.empty();
    }
}
