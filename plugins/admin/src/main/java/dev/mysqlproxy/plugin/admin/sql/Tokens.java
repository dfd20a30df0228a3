package dev.mysqlproxy.plugin.admin.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a statement into {@link Token}s. Comments and blanks are dropped; what stands in a comment for servers, one that
 * begins with an exclamation mark and perhaps a version, is read as if it stood outside. A quote that is never closed
 * becomes a symbol, which no statement knows.
 */
public final class Tokens {

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean inServerComment;

    private Tokens(String sql) {
        this.sql = sql;
    }

    public static List<Token> of(String sql) {
        Tokens tokens = new Tokens(sql);
        while (tokens.at < sql.length()) {
            tokens.next();
        }
        return List.copyOf(tokens.tokens);
    }

    private void next() {
        char first = sql.charAt(at);
        if (first <= ' ' || Character.isWhitespace(first)) {
            at++;
        } else if (first == '#' || isDashComment()) {
            at = orEnd(sql.indexOf('\n', at));
        } else if (sql.startsWith("/*", at)) {
            comment();
        } else if (inServerComment && sql.startsWith("*/", at)) {
            inServerComment = false;
            at += 2;
        } else if (first == '\'' || first == '"' || first == '`') {
            quoted(first);
        } else if (first == '@') {
            variable();
        } else if (sql.startsWith("$$", at)) {
            // how MySQL 9's client finds out at each login whether a server knows this quote: it is to be an error
            add(Token.Sort.SYMBOL, sql.length());
        } else if (isWord(first)) {
            word();
        } else {
            add(Token.Sort.SYMBOL, at + 1);
        }
    }

    /** Two dashes begin a comment only before a blank, so that {@code 5--1} stays arithmetic. */
    private boolean isDashComment() {
        return sql.startsWith("--", at) && (at + 2 == sql.length() || sql.charAt(at + 2) <= ' ');
    }

    private void comment() {
        int inside = at + 2;
        if (sql.startsWith("M!", inside)) {
            inside++;
        }
        if (sql.startsWith("!", inside)) {
            inServerComment = true;
            at = digitsEnd(inside + 1);
        } else {
            int close = sql.indexOf("*/", inside);
            at = close < 0 ? sql.length() : close + 2;
        }
    }

    private void quoted(char quote) {
        StringBuilder text = new StringBuilder();
        int to = at + 1;
        while (to < sql.length()) {
            char c = sql.charAt(to);
            boolean doubled = c == quote && to + 1 < sql.length() && sql.charAt(to + 1) == quote;
            if (c == quote && !doubled) {
                Token.Sort sort = quote == '`' ? Token.Sort.QUOTED : Token.Sort.STRING;
                tokens.add(new Token(sort, text.toString(), at, to + 1));
                at = to + 1;
                return;
            }
            boolean escaped = c == '\\' && quote != '`' && to + 1 < sql.length();
            if (escaped) {
                text.append(escaped(sql.charAt(to + 1)));
            } else {
                text.append(c);
            }
            to += doubled || escaped ? 2 : 1;
        }
        // no end: the rest is one token, which no statement has
        add(Token.Sort.SYMBOL, sql.length());
    }

    /** What a character behind a backslash stands for; before a wildcard of LIKE the backslash stays. */
    private static String escaped(char letter) {
        return switch (letter) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case 'b' -> "\b";
            case '0' -> "\0";
            case 'Z' -> "\u001a";
            case '%', '_' -> "\\" + letter;
            default -> String.valueOf(letter);
        };
    }

    private void variable() {
        int to = at + 1;
        if (sql.startsWith("@", to)) {
            to++;
        }
        while (to < sql.length() && (isWord(sql.charAt(to)) || sql.charAt(to) == '.' || sql.charAt(to) == '`')) {
            to++;
        }
        add(Token.Sort.VARIABLE, to);
    }

    private void word() {
        int to = digitsEnd(at);
        if (to > at && to + 1 < sql.length() && sql.charAt(to) == '.' && isDigit(sql.charAt(to + 1))) {
            to = digitsEnd(to + 1);
        }
        boolean number = to > at && (to == sql.length() || !isWord(sql.charAt(to)));
        while (!number && to < sql.length() && isWord(sql.charAt(to))) {
            to++;
        }
        add(number ? Token.Sort.NUMBER : Token.Sort.WORD, to);
    }

    private void add(Token.Sort sort, int end) {
        tokens.add(new Token(sort, sql.substring(at, end), at, end));
        at = end;
    }

    private int digitsEnd(int from) {
        int to = from;
        while (to < sql.length() && isDigit(sql.charAt(to))) {
            to++;
        }
        return to;
    }

    private int orEnd(int index) {
        return index < 0 ? sql.length() : index;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c >= 0x80;
    }
}
