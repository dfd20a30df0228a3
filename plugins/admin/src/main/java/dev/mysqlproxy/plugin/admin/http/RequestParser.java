package dev.mysqlproxy.plugin.admin.http;

import dev.mysqlproxy.plugin.admin.http.Request.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the lines of a request's head, strictly: what two readers could understand in two ways is refused.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
final class RequestParser {

    static final int BAD_REQUEST = 400;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int TARGET_TOO_LONG = 414;
    static final int TOO_MANY_FIELDS = 431;
    static final int VERSION_NOT_SUPPORTED = 505;

    static final int MAX_FIELDS = 100;

    private static final Pattern REQUEST_LINE = Pattern.compile("([!-~]+) ([!-~]+) HTTP/([0-9])\\.([0-9])");
    private static final Pattern TARGET = Pattern.compile("(?:https?://[^/?#]+)?(/[^?#]*)(?:\\?([^#]*))?");
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)");
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

    private RequestParser() {}

    /**
     * The request.
     *
     * @param lines the request line and those of the fields, without line ends; bytes as ISO 8859-1
     */
    static Request parse(List<String> lines) throws BadRequestException {
        Matcher line = REQUEST_LINE.matcher(lines.get(0));
        if (!line.matches()) {
            throw bad("the first line is not that of an HTTP request");
        }
        if (!line.group(3).equals("1")) {
            throw new BadRequestException(VERSION_NOT_SUPPORTED, "this server speaks HTTP/1.1");
        }
        String method = line.group(1);
        boolean head = method.equals("HEAD");
        if (!head && !method.equals("GET")) {
            throw new BadRequestException(METHOD_NOT_ALLOWED, "only GET and HEAD are answered here");
        }
        Matcher target = TARGET.matcher(line.group(2));
        if (!target.matches()) {
            throw bad("the request's target is not a path");
        }
        boolean modern = !line.group(4).equals("0");
        List<Field> fields = fields(lines);
        check(fields, modern);
        return new Request(
                head,
                target.group(1),
                target.group(2) == null ? "" : target.group(2),
                fields,
                modern && !Request.elements(fields, "connection").contains("close"));
    }

    private static List<Field> fields(List<String> lines) throws BadRequestException {
        if (lines.size() - 1 > MAX_FIELDS) {
            throw new BadRequestException(TOO_MANY_FIELDS, "there are more than " + MAX_FIELDS + " header fields");
        }
        List<Field> fields = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            Matcher field = FIELD.matcher(line);
            // this refuses continuation lines, too, and a blank before the colon
            if (!field.matches() || CONTROL.matcher(line).find()) {
                throw bad("a header field is malformed");
            }
            fields.add(new Field(
                    field.group(1).toLowerCase(Locale.ROOT), field.group(2).strip()));
        }
        return fields;
    }

    private static void check(List<Field> fields, boolean modern) throws BadRequestException {
        long hosts = Request.count(fields, "host");
        if (hosts > 1 || hosts == 0 && modern) {
            throw bad("there has to be one Host field");
        }
        boolean body = fields.stream()
                .anyMatch(field -> field.name().equals("transfer-encoding")
                        || field.name().equals("content-length")
                                && !field.value().equals("0"));
        if (body) {
            throw bad("a request must not have a body here");
        }
        if (Request.count(fields, "authorization") > 1) {
            throw bad("there are several Authorization fields");
        }
    }

    private static BadRequestException bad(String why) {
        return new BadRequestException(BAD_REQUEST, why);
    }
}
