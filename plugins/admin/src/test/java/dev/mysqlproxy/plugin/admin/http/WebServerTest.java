package dev.mysqlproxy.plugin.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.plugin.admin.http.WebServer.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server against clients that behave, and against others. */
class WebServerTest {

    private static final String GET = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final List<WebServer> opened = new ArrayList<>();
    private final Semaphore handled = new Semaphore(0);

    @AfterEach
    void close() {
        opened.forEach(WebServer::close);
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("admin-http")));
    }

    private WebServer server(Limits limits) throws IOException {
        WebServer server =
                WebServer.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this::answer, limits);
        opened.add(server);
        return server;
    }

    private void answer(Request request, SocketAddress client, Handler.Sender to) throws IOException {
        handled.release();
        switch (request.path()) {
            case "/fails" -> throw new IllegalStateException("on purpose");
            case "/fails-late" -> {
                to.send(Response.text(200, "x"));
                throw new IllegalStateException("on purpose");
            }
            case "/large" -> to.send(new Response(200, Response.PLAIN, new byte[64 * 1024 * 1024]));
            case "/long" -> to.send(Response.text(200, "long ".repeat(1000)));
            default -> to.send(Response.text(200, request.path() + "?" + request.query()));
        }
    }

    private static String ask(WebServer server, String request) throws IOException {
        try (RawHttp client = new RawHttp(server.address())) {
            return client.send(request).readToEnd();
        }
    }

    private static Limits patient(int connections) {
        return new Limits(connections, LONG, LONG, LONG);
    }

    @Test
    void answer() throws IOException {
        assertThat(ask(server(patient(4)), "GET /a?b=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .matches("HTTP/1.1 200 OK\r\n"
                        + "Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Length: 7\r\n"
                        + "Vary: Accept, Accept-Encoding\r\n"
                        + "Cache-Control: no-store\r\n"
                        + "X-Content-Type-Options: nosniff\r\n"
                        + "Content-Security-Policy: default-src 'none'\r\n"
                        + "Connection: close\r\n"
                        + "\r\n"
                        + "/a\\?b=c\n");
    }

    @Test
    void headHasNoBody() throws IOException {
        assertThat(ask(server(patient(4)), "HEAD /a HTTP/1.0\r\n\r\n"))
                .contains("Content-Length: 4\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void oneByteAtATime() throws IOException {
        try (RawHttp client = new RawHttp(server(patient(4)).address())) {
            for (int i = 0; i < GET.length(); i++) {
                client.send(GET.substring(i, i + 1));
            }
            assertThat(client.read()).startsWith("HTTP/1.1 200").endsWith("/a?\n");
        }
    }

    @Test
    void linesMayEndInLineFeedsAndBeginEmpty() throws IOException {
        assertThat(ask(server(patient(4)), "\nGET /a HTTP/1.0\nHost: x\n\n")).endsWith("/a?\n");
    }

    @Test
    void requestsOneBehindTheOtherAreAnsweredInOrder() throws IOException {
        try (RawHttp client = new RawHttp(server(patient(4)).address())) {
            client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HT");
            assertThat(client.read()).endsWith("/1?\n");
            assertThat(client.read()).endsWith("/2?\n");
            client.send("TP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.read()).endsWith("/3?\n");
        }
    }

    @Test
    void nothingIsReadBehindABody() throws IOException {
        String answer = ask(
                server(patient(4)),
                "GET /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 Bad Request").contains("Connection: close");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        assertThat(handled.availablePermits()).isZero();
    }

    @Test
    void methodsAreNamed() throws IOException {
        assertThat(ask(server(patient(4)), "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"))
                .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
                .contains("\r\nAllow: GET, HEAD\r\n");
    }

    @Test
    void largeAnswersAreCompressedForWhoAsks() throws IOException {
        WebServer server = server(patient(4));
        String head = "GET /long HTTP/1.0\r\nAccept-Encoding: deflate, ";

        assertThat(ask(server, head + "gzip\r\n\r\n"))
                .contains("Content-Encoding: gzip\r\n")
                .hasSizeLessThan(1000);
        assertThat(ask(server, head + "gzip;q=0\r\n\r\n"))
                .doesNotContain("Content-Encoding")
                .hasSizeGreaterThan(5000);
        assertThat(ask(server, "GET /a HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n"))
                .doesNotContain("Content-Encoding");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /" + "%",
                "GET / HTTP/1.1\r\nHost: x\r\nA: " + "%",
                "GET / HTTP/1.1\r\nHost: x\r\nA%: b\r\n",
                "%",
            })
    void endlessHeadsAreRefused(String start) throws IOException {
        String answer = ask(server(patient(4)), start.replace("%", "a".repeat(100_000)));

        assertThat(answer).matches("(?s)HTTP/1.1 (414 URI Too Long|431 Request Header Fields Too Large)\r\n.*");
    }

    @Test
    void endlessFieldsAreRefused() throws IOException {
        assertThat(ask(server(patient(4)), "GET / HTTP/1.1\r\nHost: x\r\n" + "a:b\r\n".repeat(1000)))
                .startsWith("HTTP/1.1 431 ");
        assertThat(ask(server(patient(4)), "\r\n".repeat(1000))).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void dribblingGainsNoTime() throws IOException {
        WebServer server = server(new Limits(4, SHORT, LONG, LONG));
        try (RawHttp client = new RawHttp(server.address())) {
            client.send("GET / HTTP/1.1\r\n");
            await().pollInterval(Duration.ofMillis(20)).until(() -> {
                try {
                    client.send("a");
                } catch (IOException e) {
                    return true;
                }
                return server.connections() == 0;
            });
        }
    }

    @Test
    void clientThatIsTooLateIsTold() throws IOException {
        try (RawHttp client =
                new RawHttp(server(new Limits(4, SHORT, LONG, LONG)).address())) {
            assertThat(client.send("GET / HTTP/1.1\r\nHo").readToEnd()).startsWith("HTTP/1.1 408 Request Timeout");
        }
    }

    @Test
    void silentClientsAreLeft() throws IOException {
        try (RawHttp client =
                new RawHttp(server(new Limits(4, SHORT, LONG, LONG)).address())) {
            assertThat(client.readToEnd()).isEmpty();
        }
        try (RawHttp client =
                new RawHttp(server(new Limits(4, LONG, SHORT, LONG)).address())) {
            assertThat(client.send(GET).readToEnd()).endsWith("/a?\n");
        }
    }

    @Test
    void clientThatDoesNotReadIsLeft() throws IOException {
        try (RawHttp client =
                new RawHttp(server(new Limits(4, LONG, LONG, SHORT)).address())) {
            client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
            handled.acquireUninterruptibly();
            awaitClosed(client);
        }
    }

    /** What is on its way can still be read; then comes the end, or the news that there was one. */
    private void awaitClosed(RawHttp client) throws IOException {
        await().until(() -> opened.get(0).connections() == 0);
        try {
            assertThat(client.readToEnd().length()).isLessThan(64 * 1024 * 1024);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Test
    void slowClientsMakeRoom() throws IOException {
        WebServer server = server(patient(8));
        List<RawHttp> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                slow.add(new RawHttp(server.address()).send(i % 2 == 0 ? "GET / HTTP/1.1\r\nA" : ""));
                assertThat(ask(server, "GET /a HTTP/1.0\r\n\r\n")).endsWith("/a?\n");
            }
        } finally {
            for (RawHttp client : slow) {
                client.close();
            }
        }
    }

    @Test
    void whatFailsIsAnError() throws IOException {
        WebServer server = server(patient(4));

        assertThat(ask(server, "GET /fails HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 500 Internal Server Error")
                .endsWith("this failed; the log says how\n");
        assertThat(ask(server, "GET /fails-late HTTP/1.1\r\nHost: x\r\n\r\n")).endsWith("\r\n\r\nx\n");
        assertThat(ask(server, "GET /a HTTP/1.0\r\n\r\n")).endsWith("/a?\n");
    }

    @Test
    void clientThatLeavesInTheMiddleHarmsNobody() throws IOException {
        WebServer server = server(patient(2));
        for (int i = 0; i < 10; i++) {
            try (RawHttp client = new RawHttp(server.address())) {
                client.send("GET / HTTP/1.1\r\nHo").end();
                assertThat(client.readToEnd()).isEmpty();
            }
        }
        assertThat(ask(server, "GET /a HTTP/1.0\r\n\r\n")).endsWith("/a?\n");
    }

    /** Each from clients that leave at once, in any way; none keeps a connection, a thread or a descriptor. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n",
                "GET /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
                "GET /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
                "GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nx",
                "POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
                "\u0000\u0001\u0002\u00ff",
                "\u0016\u0003\u0001\u0002\u0000\u0001",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            })
    void nothingIsLeftOfAbuse(String request) throws IOException {
        WebServer server = server(patient(16));
        for (int i = 0; i < 12; i++) {
            try (RawHttp client = new RawHttp(server.address())) {
                client.resetOnClose(i % 2 == 0).send(request);
            }
        }
        assertThat(ask(server, "GET /a HTTP/1.0\r\n\r\n")).endsWith("/a?\n");
        await().until(() -> server.connections() == 0);
    }

    @Test
    void requestsWhoseAnswersNobodyReadsAreNotHoarded() throws IOException {
        WebServer server = server(new Limits(4, LONG, LONG, SHORT));
        try (RawHttp client = new RawHttp(server.address())) {
            String many = "GET /long HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
            await().pollInterval(Duration.ofMillis(1)).until(() -> {
                try {
                    client.send(many);
                    return server.connections() == 0;
                } catch (IOException e) {
                    return true;
                }
            });
        }
        assertThat(handled.availablePermits()).isLessThan(100_000);
        await().until(() -> server.connections() == 0);
    }

    @Test
    void portThatIsTakenIsAnError() throws IOException {
        WebServer server = server(patient(2));

        assertThatIOException().isThrownBy(() -> WebServer.open(server.address(), this::answer, patient(2)));
    }

    @Test
    void closingEndsConnections() throws IOException {
        WebServer server = server(patient(4));
        try (RawHttp idle = new RawHttp(server.address());
                RawHttp reading = new RawHttp(server.address())) {
            reading.send("GET /");
            assertThat(idle.send(GET).read()).endsWith("/a?\n");
            server.close();
            assertThat(idle.readToEnd()).isEmpty();
            assertThat(reading).matches(WebServerTest::isOver);
        }
        assertThatIOException().isThrownBy(() -> new RawHttp(server.address()));
    }

    /** What the server had not read yet makes the end a reset. */
    private static boolean isOver(RawHttp client) {
        try {
            return client.readToEnd().isEmpty();
        } catch (SocketException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
