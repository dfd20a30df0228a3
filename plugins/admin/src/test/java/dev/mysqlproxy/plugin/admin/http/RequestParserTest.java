package dev.mysqlproxy.plugin.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {

    private static Request parse(String... lines) throws BadRequestException {
        return RequestParser.parse(List.of(lines));
    }

    @Test
    void request() throws BadRequestException {
        Request request = parse(
                "GET /api/v1/backends?limit=5 HTTP/1.1",
                "Host: localhost:4042",
                "ACCEPT:\t text/plain;q=0.5 , Text/HTML \t",
                "Accept: */*",
                "X-Empty:");

        assertThat(request.head()).isFalse();
        assertThat(request.path()).isEqualTo("/api/v1/backends");
        assertThat(request.query()).isEqualTo("limit=5");
        assertThat(request.persistent()).isTrue();
        assertThat(request.field("x-empty")).hasValue("");
        assertThat(request.field("x-none")).isEmpty();
        assertThat(request.elements("accept")).containsExactly("text/plain;q=0.5", "text/html", "*/*");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, keep-alive, true",
        "HTTP/1.1, 'Keep-Alive, Upgrade', true",
        "HTTP/1.1, 'foo, Close', false",
        "HTTP/1.0, keep-alive, false",
        "HTTP/1.7, x, true"
    })
    void whetherTheConnectionStays(String version, String connection, boolean stays) throws BadRequestException {
        assertThat(parse("HEAD / " + version, "Host: a", "Connection: " + connection)
                        .persistent())
                .isEqualTo(stays);
    }

    @Test
    void wholeUrlAsProxiesSendIt() throws BadRequestException {
        assertThat(parse("GET http://localhost:4042/metrics?a=b HTTP/1.1", "Host: x")
                        .path())
                .isEqualTo("/metrics");
    }

    @Test
    void oldClientsSendNoHost() throws BadRequestException {
        assertThat(parse("GET / HTTP/1.0").persistent()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "GET  / HTTP/1.1",
                "GET / HTTP/1.1 ",
                " GET / HTTP/1.1",
                "GET /a b HTTP/1.1",
                "GET metrics HTTP/1.1",
                "GET * HTTP/1.1",
                "GET http://host HTTP/1.1",
                "GET ftp://host/ HTTP/1.1",
                "GET /metrics#x HTTP/1.1",
                "GET /\u00e4 HTTP/1.1",
                "GET /\r HTTP/1.1",
                "GET / http/1.1",
                "GET / HTTP/11",
                "\u0016\u0003\u0001"
            })
    void otherFirstLinesAreRefused(String line) {
        refused(400, line, "Host: a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host : a",
                " Host: a",
                "\tfolded",
                "no colon",
                ": nothing",
                "A\u0000: b",
                "A: b\u0000c",
                "A: b\rc",
                "\u00c4: b",
                "Host: b",
                "Content-Length: 5",
                "Content-Length: 00",
                "content-length: 0, 5",
                "Transfer-Encoding: chunked",
                "transfer-encoding: identity"
            })
    void otherFieldsAreRefused(String line) {
        refused(400, "GET / HTTP/1.1", "Host: a", line);
    }

    @Test
    void othersAreRefused() {
        refused(400, "GET / HTTP/1.1");
        refused(400, "GET / HTTP/1.1", "Host: a", "Authorization: Bearer a", "Authorization: Bearer b");
        refused(505, "GET / HTTP/2.0", "Host: a");
        refused(505, "PRI * HTTP/2.0");
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "Head", "GET/")) {
            refused(405, method + " / HTTP/1.1", "Host: a");
        }
        String[] many = new String[RequestParser.MAX_FIELDS + 2];
        Arrays.fill(many, "a: b");
        many[0] = "GET / HTTP/1.1";
        refused(431, many);
    }

    private static void refused(int status, String... lines) {
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> parse(lines))
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    }
}
