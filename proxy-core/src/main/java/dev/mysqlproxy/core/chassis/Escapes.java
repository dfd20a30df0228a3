package dev.mysqlproxy.core.chassis;

/** Makes any text safe for one line of a log, so that nobody can forge lines or send a terminal control codes. */
final class Escapes {

    private Escapes() {}

    /** Appends plain text with its control characters made visible; backslashes stay as they are. */
    static void appendPlain(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            appendVisible(out, text, i);
        }
    }

    /** Appends a value of {@code key=value}: bare when that is unambiguous, else in double quotes. */
    static void appendValue(StringBuilder out, String text) {
        if (isBare(text)) {
            out.append(text);
        } else {
            appendQuoted(out, text);
        }
    }

    /** Appends a JSON string with its quotes. */
    static void appendJson(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (needsEscape(text, i)) {
                appendUnicode(out, c);
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static void appendQuoted(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else {
                appendVisible(out, text, i);
            }
        }
        out.append('"');
    }

    private static boolean isBare(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || c == '=' || Character.isWhitespace(c) || needsEscape(text, i)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static void appendVisible(StringBuilder out, String text, int at) {
        char c = text.charAt(at);
        if (!needsEscape(text, at)) {
            out.append(c);
            return;
        }
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> appendUnicode(out, c);
        }
    }

    private static boolean needsEscape(String text, int at) {
        char c = text.charAt(at);
        if (c >= ' ' && c < 0x7f) {
            return false;
        }
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
        }
        return switch (Character.getType(c)) {
            // FORMAT holds the marks that turn the direction of text round
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static void appendUnicode(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 0xf, 16));
        }
    }
}
