package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a log, for messages. */
final class LogTail {
    private static final int MOST_BYTES = 16 * 1024;
    private static final int MOST_LINES = 30;

    private LogTail() {}

    static String of(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long size = file.length();
            byte[] bytes = new byte[(int) Math.min(size, MOST_BYTES)];
            file.seek(size - bytes.length);
            file.readFully(bytes);
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            int from = Math.max(0, lines.size() - MOST_LINES);
            return String.join("\n", lines.subList(from, lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }
}
