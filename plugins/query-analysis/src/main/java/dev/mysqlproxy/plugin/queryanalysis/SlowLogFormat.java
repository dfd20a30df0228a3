package dev.mysqlproxy.plugin.queryanalysis;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The text of MySQL's slow query log, as mysqldumpslow and pt-query-digest read it. Rows examined and lock time, which only
 * the server knows, are 0. Not thread-safe.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/en/slow-query-log.html">The Slow Query Log</a>
 */
final class SlowLogFormat {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Pattern WORD = Pattern.compile("\\w+");

    private String schema = "";

    /** Begins another file: the next statement says its schema again. */
    void restart() {
        schema = "";
    }

    /** Writes a statement. */
    void write(SlowQuery query, byte[] statement, OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder(300);
        String user = Text.name(query.user);
        head.append("# Time: ").append(TIME.format(query.ended)).append('\n');
        head.append("# User@Host: ")
                .append(user)
                .append('[')
                .append(user)
                .append("] @  [")
                .append(host(query.client));
        head.append("]  Id: ").append(query.threadId).append('\n');
        head.append(String.format(
                Locale.ROOT,
                "# Query_time: %.6f  Lock_time: 0.000000 Rows_sent: %d  Rows_examined: 0 Rows_affected: %s"
                        + " Thread_id: %d Errno: %d Bytes_received: %d Bytes_sent: %d\n",
                query.summary.totalNanos() / 1e9,
                query.summary.rows(),
                Long.toUnsignedString(query.summary.affectedRows()),
                query.threadId,
                query.summary.errorCode(),
                query.summary.requestBytes(),
                query.summary.replyBytes()));
        if (!query.schema.equals(schema) && !query.schema.isEmpty()) {
            schema = query.schema;
            head.append("use ").append(quoted(schema)).append(";\n");
        }
        Instant began = query.ended.minusNanos(query.summary.totalNanos());
        head.append("SET timestamp=").append(began.getEpochSecond()).append(";\n");
        out.write(head.toString().getBytes(StandardCharsets.UTF_8));
        statement(statement, out);
    }

    /** The client's address without its port. */
    private static String host(String client) {
        String address = Text.name(client);
        int colon = address.lastIndexOf(':');
        String host = colon < 0 || address.startsWith("/") ? address : address.substring(0, colon);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static String quoted(String schema) {
        return WORD.matcher(schema).matches() ? schema : '`' + Text.name(schema).replace("`", "``") + '`';
    }

    /** Writes a statement with a semicolon behind it; lines that look like the log's own begin with a blank. */
    private static void statement(byte[] statement, OutputStream out) throws IOException {
        int end = statement.length;
        while (end > 0 && (statement[end - 1] == ';' || statement[end - 1] <= ' ' && statement[end - 1] >= 0)) {
            end--;
        }
        for (int at = 0; at < end; at++) {
            if (statement[at] == '#' && (at == 0 || statement[at - 1] == '\n')) {
                out.write(' ');
            }
            out.write(statement[at]);
        }
        out.write(';');
        out.write('\n');
    }
}
