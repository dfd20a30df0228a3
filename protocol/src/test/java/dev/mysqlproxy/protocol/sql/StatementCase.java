package dev.mysqlproxy.protocol.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One case of {@code statements.txt} or {@code edges.txt}, whose heads describe the layout. Texts are ISO 8859-1, a
 * character for each byte.
 */
record StatementCase(String title, String sql, List<Lexeme> tokens, String normalised) {
    private static final Pattern HEX = Pattern.compile("<([0-9a-f]{2})>");

    /** A token's kind and text. */
    record Lexeme(TokenKind kind, String text) {
        static Lexeme of(Token token) {
            return new Lexeme(token.kind(), token.text(StandardCharsets.ISO_8859_1));
        }
    }

    static List<StatementCase> load(String resource) {
        List<StatementCase> cases = new ArrayList<>();
        String title = null;
        String sql = null;
        List<Lexeme> tokens = new ArrayList<>();
        for (String line : lines(resource)) {
            if (line.startsWith("== ")) {
                title = line.substring(3);
                tokens = new ArrayList<>();
            } else if (!line.isEmpty() && !line.startsWith("# ") && !line.equals("#")) {
                String key = line.substring(0, line.indexOf(' '));
                String value = value(line);
                switch (key) {
                    case "sql" -> sql = value;
                    case "normalised" -> cases.add(new StatementCase(title, sql, tokens, value));
                    default -> tokens.add(new Lexeme(TokenKind.valueOf(key), value));
                }
            }
        }
        return cases;
    }

    static List<StatementCase> loadAll() {
        List<StatementCase> cases = new ArrayList<>(load("statements.txt"));
        cases.addAll(load("edges.txt"));
        return cases;
    }

    static List<String> lines(String resource) {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(StatementCase.class.getResourceAsStream(resource), StandardCharsets.US_ASCII))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] sqlBytes() {
        return sql.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return title;
    }

    private static String value(String line) {
        String value = line.substring(line.indexOf('|') + 1, line.lastIndexOf('|'));
        return HEX.matcher(value).replaceAll(hex -> quoteReplacement((char) Integer.parseInt(hex.group(1), 16)));
    }

    private static String quoteReplacement(char character) {
        return Matcher.quoteReplacement(String.valueOf(character));
    }
}
