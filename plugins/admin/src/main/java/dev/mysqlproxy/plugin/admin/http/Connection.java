package dev.mysqlproxy.plugin.admin.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Its requests are answered in order on a thread of its own; another thread may {@link #close} it at any
 * time.
 *
 * <pre>
 * WAITING -first byte-> READING -head complete-> ANSWERING -answer written-> WAITING
 * </pre>
 */
final class Connection implements Runnable, AutoCloseable {

    /** What it is about, for those who look for one that can be done without. */
    enum State {
        WAITING,
        READING,
        ANSWERING
    }

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private static final int MAX_REQUESTS = 1000;
    private static final int WORTH_COMPRESSING = 1024;
    private static final int MAX_DRAINED = 256 * 1024;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Socket socket;
    private final Handler handler;
    private final WebServer.Limits limits;
    private final RequestReader reader;
    private volatile State state = State.WAITING;
    private volatile long since = System.nanoTime();
    private boolean answered;

    Connection(Socket socket, Handler handler, WebServer.Limits limits) {
        this.socket = socket;
        this.handler = handler;
        this.limits = limits;
        this.reader = new RequestReader(socket);
    }

    State state() {
        return state;
    }

    /** When it came into this state, by {@link System#nanoTime}. */
    long since() {
        return since;
    }

    private void enter(State next) {
        since = System.nanoTime();
        state = next;
    }

    /** Answers requests until one side has had enough. */
    @Override
    public void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            serve();
        } catch (IOException e) {
            // clients come and go; what they did is of no interest to the operator
            LOG.debug("an HTTP client is gone: {}", e.toString());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("an HTTP connection failed");
        }
    }

    private void serve() throws IOException {
        for (int served = 1; reader.await(served == 1 ? limits.request() : limits.idle()); served++) {
            enter(State.READING);
            Request request;
            try {
                request = reader.read(limits.request());
            } catch (BadRequestException e) {
                refuse(e);
                return;
            }
            enter(State.ANSWERING);
            boolean last = served == MAX_REQUESTS || !request.persistent();
            if (!answer(request, last)) {
                return;
            }
            enter(State.WAITING);
        }
    }

    private void refuse(BadRequestException e) throws IOException {
        Response response = Response.text(e.status(), e.getMessage());
        write(
                e.status() == RequestParser.METHOD_NOT_ALLOWED ? response.with("Allow", "GET, HEAD") : response,
                false,
                true);
        // a close with something unread would take the answer away from the client
        socket.shutdownOutput();
        reader.drain(limits.request(), MAX_DRAINED);
    }

    /** Whether another request may follow. */
    private boolean answer(Request request, boolean last) throws IOException {
        answered = false;
        try {
            handler.handle(request, socket.getRemoteSocketAddress(), response -> {
                answered = true;
                write(compressed(response, request), request.head(), last);
            });
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("path", request.path()).setCause(e).log("an HTTP request failed");
            if (!answered) {
                write(Response.text(Response.SERVER_ERROR, "this failed; the log says how"), request.head(), true);
            }
            return false;
        }
        return !last;
    }

    private static Response compressed(Response response, Request request) throws IOException {
        if (response.body().length < WORTH_COMPRESSING || !accepts(request, "gzip")) {
            return response;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(response.body().length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(response.body());
        }
        return new Response(response.status(), response.type(), bytes.toByteArray(), response.fields())
                .with("Content-Encoding", "gzip");
    }

    private static boolean accepts(Request request, String coding) {
        return request.elements("accept-encoding").stream()
                .anyMatch(element ->
                        element.startsWith(coding) && !element.replace(" ", "").matches(coding + ";q=0(\\.0*)?"));
    }

    private void write(Response response, boolean head, boolean last) throws IOException {
        StringBuilder text = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(response.status())
                .append(' ')
                .append(response.reason())
                .append("\r\nDate: ")
                .append(DATE.format(Instant.now()))
                .append("\r\nContent-Type: ")
                .append(response.type())
                .append("\r\nContent-Length: ")
                .append(response.body().length)
                .append("\r\nVary: Accept, Accept-Encoding\r\nCache-Control: no-store")
                .append("\r\nX-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'");
        response.fields()
                .forEach((name, value) ->
                        text.append("\r\n").append(name).append(": ").append(value));
        if (last) {
            text.append("\r\nConnection: close");
        }
        byte[] start = text.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream whole = new ByteArrayOutputStream(start.length + response.body().length);
        whole.write(start);
        if (!head) {
            whole.write(response.body());
        }
        OutputStream out = socket.getOutputStream();
        whole.writeTo(out);
        out.flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing an HTTP connection: {}", e.toString());
        }
    }
}
