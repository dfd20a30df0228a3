package dev.mysqlproxy.plugin.admin.sql;

import java.util.List;
import java.util.Locale;

/** The rows that {@code SHOW VARIABLES} and its like are asked for. */
public final class Like {

    private Like() {}

    /**
     * Whether this name is asked for by what follows {@code SHOW VARIABLES}. {@code LIKE 'a%'} and every form of
     * {@code WHERE Variable_name ...} come down to: any text in quotes is a pattern, and without one all are wanted.
     */
    public static boolean wanted(String name, List<Token> condition) {
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

    /**
     * SQL's LIKE, in any case, with a backslash before a character that stands for itself. Takes at most length times
     * length steps, whatever the pattern.
     */
    public static boolean matches(String name, String pattern) {
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
            } else if (in < like.length() && fits(like, in, text.charAt(at))) {
                in += isEscape(like, in) ? 2 : 1;
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

    private static boolean isEscape(String like, int in) {
        return like.charAt(in) == '\\' && in + 1 < like.length();
    }

    private static boolean fits(String like, int in, char c) {
        return isEscape(like, in) ? like.charAt(in + 1) == c : like.charAt(in) == '_' || like.charAt(in) == c;
    }
}
