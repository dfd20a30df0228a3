package dev.mysqlproxy.plugin.admin;

import java.util.List;
import java.util.Locale;

/** The rows that {@code SHOW VARIABLES} and its like are asked for. */
final class Like {

    private Like() {}

    /**
     * Whether this name is asked for by what follows {@code SHOW VARIABLES}. {@code LIKE 'a%'} and every form of
     * {@code WHERE Variable_name ...} come down to: any text in quotes is a pattern, and without one all are wanted.
     */
    static boolean wanted(String name, List<Token> condition) {
        boolean anyPattern = false;
        for (Token token : condition) {
            if (token.sort() == Token.Sort.STRING) {
                anyPattern = true;
                if (matches(name, token.text())) {
                    return true;
                }
            }
        }
        return !anyPattern;
    }

    /** SQL's LIKE, in any case. Takes at most length times length steps, whatever the pattern. */
    static boolean matches(String name, String pattern) {
        String text = name.toLowerCase(Locale.ROOT);
        String like = pattern.toLowerCase(Locale.ROOT);
        int at = 0;
        int in = 0;
        int lastPercent = -1;
        int resume = 0;
        while (at < text.length()) {
            if (in < like.length() && like.charAt(in) == '%') {
                lastPercent = in++;
                resume = at;
            } else if (in < like.length() && (like.charAt(in) == '_' || like.charAt(in) == text.charAt(at))) {
                in++;
                at++;
            } else if (lastPercent >= 0) {
                in = lastPercent + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (in < like.length() && like.charAt(in) == '%') {
            in++;
        }
        return in == like.length();
    }
}
