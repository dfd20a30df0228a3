package dev.mysqlproxy.it.lua;

import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/** What a proxy's scripts have printed since some moment, and its log among it. */
final class Output {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final LogFile.Mark mark;

    private Output(LogFile.Mark mark) {
        this.mark = mark;
    }

    /** From now on. */
    static Output of(ProxyProcess proxy) {
        return new Output(proxy.log().mark());
    }

    List<String> lines() {
        return mark.lines();
    }

    /** Waits for a whole line. */
    Output line(String text) {
        regex("^" + Pattern.quote(text) + "$");
        return this;
    }

    /** Waits for a line that contains all of these. */
    Output containing(String... parts) {
        StringBuilder regex = new StringBuilder();
        for (String part : parts) {
            regex.append("(?=.*").append(Pattern.quote(part)).append(')');
        }
        regex("^" + regex);
        return this;
    }

    /** Waits for a line that the expression matches somewhere; answers its first group, or the match without one. */
    String regex(String regex) {
        Pattern pattern = Pattern.compile(regex);
        List<String> found = new ArrayList<>();
        try {
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> {
                        found.clear();
                        for (String line : lines()) {
                            Matcher matcher = pattern.matcher(line);
                            if (matcher.find()) {
                                found.add(matcher.groupCount() > 0 ? matcher.group(1) : matcher.group());
                            }
                        }
                        return !found.isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no line like " + regex + " in:\n" + String.join("\n", lines()), e);
        }
        return found.get(0);
    }
}
