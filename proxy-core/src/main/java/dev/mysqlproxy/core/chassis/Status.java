package dev.mysqlproxy.core.chassis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a start went, as a child tells its parent: a line on its stdout that begins with a byte no text begins with.
 *
 * @param ready whether the child serves; otherwise its start failed and it ends with exit code 1
 * @param message why it failed, in one line; empty when that was on stderr already
 */
record Status(boolean ready, String message) {

    private static final char MARK = '\u0001';
    private static final String READY = "mysql-proxy READY";
    private static final String FAILED = "mysql-proxy FAILED ";
    private static final int LONGEST_LINE = 8192;

    static final Status SERVING = new Status(true, "");

    static Status failed(String message) {
        StringBuilder line = new StringBuilder();
        Escapes.appendPlain(line, message);
        return new Status(false, line.toString());
    }

    /** Writes the line in one piece. */
    void send(OutputStream out) throws IOException {
        String text = ready ? READY : FAILED + message;
        out.write((MARK + text + '\n').getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static Optional<Status> parse(String line) {
        if (line.equals(READY)) {
            return Optional.of(SERVING);
        }
        return line.startsWith(FAILED)
                ? Optional.of(new Status(false, line.substring(FAILED.length())))
                : Optional.empty();
    }

    /**
     * Reads a child's stdout to its end: status lines go to {@code onStatus}, all else is copied as it comes. Holds at
     * most one status line, however long the child's lines are.
     */
    static void read(InputStream in, OutputStream copy, Consumer<Status> onStatus) throws IOException {
        byte[] chunk = new byte[4096];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean atStart = true;
        boolean inStatus = false;
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            int from = 0;
            for (int i = 0; i < count; i++) {
                byte b = chunk[i];
                if (inStatus) {
                    from = i + 1;
                    if (b == '\n') {
                        parse(line.toString(StandardCharsets.UTF_8)).ifPresent(onStatus);
                        line.reset();
                        inStatus = false;
                    } else if (line.size() < LONGEST_LINE) {
                        line.write(b);
                    }
                } else if (atStart && b == MARK) {
                    copyQuietly(copy, chunk, from, i);
                    from = i + 1;
                    inStatus = true;
                }
                atStart = b == '\n';
            }
            copyQuietly(copy, chunk, from, count);
        }
    }

    private static void copyQuietly(OutputStream copy, byte[] chunk, int from, int to) {
        if (from < to) {
            try {
                copy.write(chunk, from, to - from);
                copy.flush();
            } catch (IOException e) {
                // our own stdout is gone; the child must not block for that
            }
        }
    }
}
