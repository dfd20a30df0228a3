package dev.mysqlproxy.core.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ThrowableProxy;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

class LogFormatTest {

    private static final ZoneId ZONE = ZoneOffset.ofHours(2);
    private static final long TIME = Instant.parse("2026-11-22T20:44:50.678Z").toEpochMilli();

    @Test
    void textLineHasLocalTimeLevelAndFields() {
        LogEntry entry = entry(LogLevel.MESSAGE, "added backend", pair("address", "db1:3306"), pair("n", 3));
        assertThat(text(entry)).isEqualTo("2026-11-22 22:44:50: (message) added backend address=db1:3306 n=3\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"a b,\"a b\"", "``,\"\"", "a=b,\"a=b\"", "a\"b,\"a\\\"b\"", "a\\b,\"a\\\\b\"", "ab,ab"})
    void valuesThatAreNotOneWordAreQuoted(String value, String shown) {
        assertThat(text(entry(LogLevel.INFO, "m", pair("k", value)))).endsWith("(info) m k=" + shown + "\n");
    }

    @Test
    void nobodyCanForgeALine() {
        String forged = "x\n2026-11-22 22:44:50: (critical) bad\r\u001b[2J\u0085\u2028\u202e\ud800";
        String inMessage = text(entry(LogLevel.INFO, forged));
        String inValue = text(entry(LogLevel.INFO, "m", pair("user", forged)));
        String inKey = text(entry(LogLevel.INFO, "m", pair(forged, 1)));
        for (String line : List.of(inMessage, inValue, inKey, json(entry(LogLevel.INFO, forged, pair("u", forged))))) {
            assertThat(line.strip().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
            assertThat(line).endsWith("\n").contains("\\u001b[2J\\u0085\\u2028\\u202e\\ud800");
        }
        assertThat(inMessage).contains("(info) x\\n2026-11-22 22:44:50: (critical) bad\\r\\u001b");
    }

    @Test
    void textKeepsOtherLanguages() {
        assertThat(text(entry(LogLevel.INFO, "Größe \ud83d\ude00", pair("k", "日本"))))
                .endsWith("Größe \ud83d\ude00 k=日本\n");
    }

    @Test
    void errorIsOneLineUnlessStacksAreWanted() {
        LogEntry entry = thrown(new IOException("no\nway", new IllegalStateException("why")));
        String expected = " error=\"java.io.IOException: no\\nway; caused by java.lang.IllegalStateException: why\"\n";
        assertThat(text(entry)).endsWith("(warning) lost" + expected);
        String withStack = TextFormat.stamped(ZONE).format(entry, true);
        assertThat(withStack.lines())
                .hasSizeGreaterThan(3)
                .anyMatch(line -> line.startsWith("\tat " + getClass().getName()));
        assertThat(TextFormat.bare().format(entry, true)).isEqualTo("lost" + expected);
    }

    @Test
    void causesInARingEnd() {
        Exception outer = new Exception("outer");
        Exception inner = new Exception("inner", outer);
        outer.initCause(inner);
        assertThat(text(thrown(outer))).contains("outer; caused by").endsWith("\n");
    }

    @Test
    void jsonIsOneObjectALine() {
        LogEntry entry = entry(
                LogLevel.CRITICAL, "say \"hi\"", pair("n", 3), pair("on", true), pair("s", "a\\b"), pair("z", null));
        assertThat(json(entry))
                .isEqualTo("{\"time\":\"2026-11-22T22:44:50.678+02:00\",\"level\":\"critical\",\"logger\":\"dev.Log\","
                        + "\"thread\":\"main\",\"message\":\"say \\\"hi\\\"\","
                        + "\"fields\":{\"n\":3,\"on\":true,\"s\":\"a\\\\b\",\"z\":null}}\n");
    }

    @Test
    void jsonErrorHasClassMessageAndCauses() {
        LogEntry entry = thrown(new IOException("no", new IllegalStateException("why")));
        assertThat(json(entry))
                .endsWith(",\"error\":{\"class\":\"java.io.IOException\",\"message\":\"no\","
                        + "\"causes\":\"java.lang.IllegalStateException: why\"}}\n");
        assertThat(new JsonFormat(ZONE).format(entry, true))
                .contains("\"stack\":[\"at " + getClass().getName());
    }

    private static String text(LogEntry entry) {
        return TextFormat.stamped(ZONE).format(entry, false);
    }

    private static String json(LogEntry entry) {
        return new JsonFormat(ZONE).format(entry, false);
    }

    private static KeyValuePair pair(String key, Object value) {
        return new KeyValuePair(key, value);
    }

    private static LogEntry entry(LogLevel level, String message, KeyValuePair... fields) {
        return new LogEntry(TIME, level, "dev.Log", "main", message, List.of(fields), Optional.empty());
    }

    private static LogEntry thrown(Throwable error) {
        ThrowableProxy proxy = new ThrowableProxy(error);
        return new LogEntry(TIME, LogLevel.WARNING, "dev.Log", "main", "lost", List.of(), Optional.of(proxy));
    }
}
