package dev.mysqlproxy.protocol.reply;

import dev.mysqlproxy.testing.Capture;
import java.util.Map;

/** What a tracker knows about a reply. */
record Outcome(
        long rows,
        int resultSets,
        String affectedRows,
        String lastInsertId,
        int warnings,
        int status,
        int errorCode,
        String sqlState,
        String errorMessage,
        String newSchema) {

    /** A status for trackers to begin with; no reply has it. */
    static final int NO_STATUS = 0x8000;

    static Outcome of(ReplyTracker tracker) {
        return new Outcome(
                tracker.rows(),
                tracker.resultSets(),
                Long.toUnsignedString(tracker.affectedRows()),
                Long.toUnsignedString(tracker.lastInsertId()),
                tracker.warnings(),
                tracker.serverStatus(),
                tracker.errorCode(),
                tracker.sqlState(),
                tracker.errorMessage(),
                tracker.newSchema());
    }

    static Outcome expected(Capture capture) {
        Map<String, String> expected = capture.expected();
        return new Outcome(
                number(expected, "rows", 0),
                number(expected, "resultSets", 0),
                expected.getOrDefault("affectedRows", "0"),
                expected.getOrDefault("lastInsertId", "0"),
                number(expected, "warnings", 0),
                number(expected, "status", NO_STATUS),
                number(expected, "errorCode", 0),
                expected.getOrDefault("sqlState", ""),
                expected.getOrDefault("errorMessage", ""),
                expected.get("newSchema"));
    }

    private static int number(Map<String, String> expected, String key, int otherwise) {
        String value = expected.get(key);
        return value == null ? otherwise : Integer.parseInt(value);
    }
}
