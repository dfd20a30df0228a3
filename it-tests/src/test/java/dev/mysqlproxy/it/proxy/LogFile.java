package dev.mysqlproxy.it.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A log while it grows. */
public final class LogFile {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path path;

    public LogFile(Path path) {
        this.path = path;
    }

    public Path path() {
        return path;
    }

    /** All whole lines so far; none when there is no file yet. */
    public List<String> lines() {
        String text = text();
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** All that was written so far, as UTF-8; scripts print bytes that are none, which become U+FFFD. */
    public String text() {
        try {
            return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines that the expression matches somewhere. */
    public List<String> matching(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return lines().stream().filter(line -> pattern.matcher(line).find()).toList();
    }

    /** A place to look from: lines written later. */
    public Mark mark() {
        return new Mark(lines().size());
    }

    /** Waits for a line that the expression matches; answers its first group, or the whole match without one. */
    public String await(String regex) {
        Pattern pattern = Pattern.compile(regex);
        String[] found = new String[1];
        until(regex, () -> {
            for (String line : lines()) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    found[0] = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
                    return true;
                }
            }
            return false;
        });
        return found[0];
    }

    private void until(String what, Callable<Boolean> condition) {
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no line like " + what + " in the log:\n" + text(), e);
        }
    }

    /** The lines written since. */
    public final class Mark {
        private final int start;

        private Mark(int start) {
            this.start = start;
        }

        public List<String> lines() {
            List<String> all = LogFile.this.lines();
            return all.subList(Math.min(start, all.size()), all.size());
        }

        /** The one line of level warning or worse; waits for the first, fails when there are more. */
        public String onlyComplaint() {
            until("a complaint", () -> !complaints().isEmpty());
            List<String> complaints = complaints();
            if (complaints.size() != 1) {
                throw new AssertionError("one line was to complain, not:\n" + String.join("\n", complaints));
            }
            return complaints.get(0);
        }

        /** Lines of level warning or worse. */
        public List<String> complaints() {
            return lines().stream()
                    .filter(line -> line.matches(".*: \\((warning|critical|error)\\) .*"))
                    .toList();
        }
    }
}
