package dev.mysqlproxy.plugin.admin.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes the heads of requests from a connection, one after the other, however they arrive. A head has a limit in
 * bytes and one in time from its first byte to its last: a client that dribbles gains nothing by it. One thread.
 */
final class RequestReader {

    static final int MAX_LINE = 4 * 1024;
    static final int MAX_HEAD = 16 * 1024;

    static final int REQUEST_TIMEOUT = 408;
    private static final int BUFFER = 8 * 1024;

    private final Socket socket;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;

    RequestReader(Socket socket) {
        this.socket = socket;
    }

    /**
     * Waits for a request to begin.
     *
     * @return false when the client has left or has been silent for too long
     */
    boolean await(Duration patience) throws IOException {
        try {
            return at < end || fill(System.nanoTime() + patience.toNanos());
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /**
     * The next request.
     *
     * @param patience for the whole of its head
     */
    Request read(Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            return RequestParser.parse(lines(deadline));
        } catch (SocketTimeoutException e) {
            throw new BadRequestException(
                    REQUEST_TIMEOUT, "the request took longer than " + patience.toSeconds() + " s");
        }
    }

    private List<String> lines(long deadline) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder text = new StringBuilder(256);
        int taken = 0;
        int empty = 0;
        while (true) {
            String line;
            if (lines.isEmpty()) {
                line = line(text, MAX_LINE, deadline, RequestParser.TARGET_TOO_LONG);
            } else {
                line = line(text, MAX_HEAD - taken, deadline, RequestParser.TOO_MANY_FIELDS);
            }
            taken += line.length() + 2;
            if (!line.isEmpty()) {
                lines.add(line);
            } else if (!lines.isEmpty()) {
                return lines;
            } else if (++empty > 1) {
                throw new BadRequestException(RequestParser.BAD_REQUEST, "the request begins with empty lines");
            }
            if (lines.size() > RequestParser.MAX_FIELDS + 1) {
                // the parser says what is wrong
                return lines;
            }
        }
    }

    /** A line without its end, LF or CRLF. */
    private String line(StringBuilder line, int most, long deadline, int status) throws IOException {
        line.setLength(0);
        while (true) {
            if (at == end && !fill(deadline)) {
                throw new EOFException("the client left in the middle of a request");
            }
            int from = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            line.append(new String(buffer, from, at - from, StandardCharsets.ISO_8859_1));
            if (line.length() > most) {
                throw new BadRequestException(status, "the request's head is longer than is read here");
            }
            if (at < end) {
                at++;
                int length = line.length();
                return line.substring(0, length > 0 && line.charAt(length - 1) == '\r' ? length - 1 : length);
            }
        }
    }

    private boolean fill(long deadline) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("too late");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        int count = socket.getInputStream().read(buffer, 0, buffer.length);
        at = 0;
        end = Math.max(count, 0);
        return count > 0;
    }

    /** Reads and forgets what the client still sends, so that the last answer reaches it: see RFC 9112, 9.6. */
    void drain(Duration patience, int most) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        int forgotten = 0;
        while (forgotten < most && await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
            forgotten += end - at;
            at = end;
        }
    }
}
