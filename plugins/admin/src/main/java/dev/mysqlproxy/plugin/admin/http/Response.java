package dev.mysqlproxy.plugin.admin.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param status the status code
 * @param type of the body
 * @param body the body; nobody changes it
 * @param fields further header fields
 */
record Response(int status, String type, byte[] body, Map<String, String> fields) {

    static final int OK = 200;
    static final int UNAUTHORIZED = 401;
    static final int NOT_FOUND = 404;
    static final int MISDIRECTED = 421;
    static final int SERVER_ERROR = 500;
    static final int UNAVAILABLE = 503;

    static final String PLAIN = "text/plain; charset=utf-8";

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(OK, "OK"),
            Map.entry(RequestParser.BAD_REQUEST, "Bad Request"),
            Map.entry(UNAUTHORIZED, "Unauthorized"),
            Map.entry(NOT_FOUND, "Not Found"),
            Map.entry(RequestParser.METHOD_NOT_ALLOWED, "Method Not Allowed"),
            Map.entry(RequestReader.REQUEST_TIMEOUT, "Request Timeout"),
            Map.entry(RequestParser.TARGET_TOO_LONG, "URI Too Long"),
            Map.entry(MISDIRECTED, "Misdirected Request"),
            Map.entry(RequestParser.TOO_MANY_FIELDS, "Request Header Fields Too Large"),
            Map.entry(SERVER_ERROR, "Internal Server Error"),
            Map.entry(UNAVAILABLE, "Service Unavailable"),
            Map.entry(RequestParser.VERSION_NOT_SUPPORTED, "HTTP Version Not Supported"));

    Response {
        fields = Map.copyOf(fields);
    }

    Response(int status, String type, byte[] body) {
        this(status, type, body, Map.of());
    }

    /** Words for a person, or for a probe that looks at the status only. */
    static Response text(int status, String text) {
        return new Response(status, PLAIN, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The same with one more header field. */
    Response with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Response(status, type, body, more);
    }

    /** The words behind the status code. */
    String reason() {
        return REASONS.getOrDefault(status, "");
    }
}
