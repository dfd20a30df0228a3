package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the ini dialect of GLib's key files.
 *
 * <p>{@code [group]} lines, {@code key=value} lines, comments from {@code #} at the beginning of a line; blanks around
 * key and value do not count. {@code \s \n \t \r \\} are a blank, the control characters and a backslash; in a list
 * {@code \,} is a comma that does not separate. A comment after a value is part of the value.
 */
final class KeyFile {

    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private KeyFile() {}

    /**
     * All entries in the order of the file.
     *
     * @throws IOException when it cannot be read
     * @throws StartException naming file and line when a line makes no sense
     */
    static List<Entry> read(Path file) throws IOException, StartException {
        // one char a byte: comments and other groups may be in any encoding, only values we use have to be UTF-8
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
        }
        List<Entry> entries = new ArrayList<>();
        String group = null;
        int number = 0;
        for (String rawLine : text.split("\n", -1)) {
            number++;
            String line = trim(rawLine);
            Source source = Source.line(file, number);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                group = line.substring(1, line.length() - 1);
                continue;
            }
            int equals = line.indexOf('=');
            if (equals <= 0) {
                throw new StartException(source + " is neither key=value nor [group] nor a # comment; it begins with "
                        + firstWord(line));
            }
            if (group == null) {
                throw new StartException(
                        source + " stands before the first group: a line [mysql-proxy] has to come first");
            }
            entries.add(new Entry(group, trim(line.substring(0, equals)), trim(line.substring(equals + 1)), source));
        }
        return entries;
    }

    /** ASCII blanks only: in the one-char-a-byte text 0x85 and 0xA0 are parts of letters. */
    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** No more of the line than that: the rest may be a password. */
    private static String firstWord(String line) {
        int end = 0;
        while (end < line.length() && !isBlank(line.charAt(end)) && line.charAt(end) != '=') {
            end++;
        }
        return end == 0 ? "'='" : "'" + Shown.printable(line.substring(0, end)) + "'";
    }

    /**
     * A line.
     *
     * @param group name of its group
     * @param key before the equals sign
     * @param bytes after it, as it stands in the file, a char a byte
     * @param source where
     */
    record Entry(String group, String key, String bytes, Source source) {

        /** The value. */
        String text() throws StartException {
            return String.join("", parts(false));
        }

        /** The elements of the comma list, trimmed, empty ones left out. */
        List<String> list() throws StartException {
            return parts(true);
        }

        /** Cuts at commas if so wanted, and drops the blanks around each part that are not escaped ones. */
        private List<String> parts(boolean atCommas) throws StartException {
            List<String> parts = new ArrayList<>();
            StringBuilder part = new StringBuilder();
            int kept = 0;
            boolean escaped = false;
            for (char c : decoded().toCharArray()) {
                if (escaped) {
                    part.append(unescape(c, atCommas));
                    kept = part.length();
                    escaped = false;
                } else if (c == '\\') {
                    escaped = true;
                } else if (atCommas && c == ',') {
                    add(part.substring(0, kept), parts);
                    part.setLength(0);
                    kept = 0;
                } else if (!isBlank(c)) {
                    part.append(c);
                    kept = part.length();
                } else if (part.length() > 0) {
                    part.append(c);
                }
            }
            if (escaped) {
                throw new StartException("value of " + key + " ends in a single backslash (" + source
                        + "); a backslash is written \\\\");
            }
            add(part.substring(0, kept), parts);
            return parts;
        }

        private static void add(String part, List<String> parts) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }

        private String decoded() throws StartException {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new StartException("value of " + key + " is not UTF-8 (" + source + ")", e);
            }
        }

        private char unescape(char c, boolean inList) throws StartException {
            return switch (c) {
                case 's' -> ' ';
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                case '\\' -> '\\';
                default -> {
                    if (inList && c == ',') {
                        yield c;
                    }
                    throw new StartException("value of " + key + " has an unknown escape \\"
                            + Shown.printable(String.valueOf(c)) + " (" + source
                            + "); known are \\s \\n \\t \\r \\\\");
                }
            };
        }
    }
}
