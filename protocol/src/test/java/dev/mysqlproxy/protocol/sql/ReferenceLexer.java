package dev.mysqlproxy.protocol.sql;

import static java.util.Map.entry;

import dev.mysqlproxy.protocol.sql.StatementCase.Lexeme;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The lexing rules written down as regular expressions, of which the longest match wins and among equals the first:
 * slow, and nothing like the tokenizer it judges. Input is ISO 8859-1.
 */
final class ReferenceLexer {
    private static final String PART = "[0-9]*[A-Za-z_@][A-Za-z0-9_@]*";
    private static final String PARTS = PART + "(?:\\." + PART + "){0,2}";

    private static final Pattern LINE_COMMENT = Pattern.compile("--(?:\r?\n|[ \t](?<text>[^\n]*))");
    private static final Pattern BLOCK_COMMENT = Pattern.compile("(?s)/\\*(?!!)(?:(?<text>.*?)\\**\\*/|(?<rest>.*))");
    private static final Pattern MYSQL_COMMENT = Pattern.compile("(?s)/\\*!(?:(?<text>.*?)\\**\\*/|(?<rest>.*))");
    private static final Pattern QUOTED = Pattern.compile(
            "(?s)(?<quote>['\"`])(?<text>(?:\\\\.|\\\\\\z|\\k<quote>\\k<quote>|(?!\\k<quote>)[^\\\\])*+)"
                    + "(?:\\k<quote>|\\z)");
    private static final Pattern EXPONENT = Pattern.compile("(?:[0-9]*\\.)?[0-9]+[eE][-+]?[0-9]+");
    private static final Pattern IDENTIFIER = Pattern.compile(PARTS);
    private static final Pattern FUNCTION = Pattern.compile(PARTS + "\\(");
    private static final Pattern INTEGER = Pattern.compile("[0-9]+");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]*\\.[0-9]+");
    private static final Pattern OPERATOR = Pattern.compile("<=|>=|<>|!=|:=|&&|\\|\\||[<>=,.();*+/&|^-]");
    private static final Pattern OTHER = Pattern.compile("(?s).");

    private static final List<Pattern> RULES = List.of(
            LINE_COMMENT,
            BLOCK_COMMENT,
            MYSQL_COMMENT,
            QUOTED,
            EXPONENT,
            IDENTIFIER,
            FUNCTION,
            INTEGER,
            DECIMAL,
            OPERATOR,
            OTHER);

    private static final Map<String, TokenKind> OPERATORS = Map.ofEntries(
            entry("<=", TokenKind.LE),
            entry(">=", TokenKind.GE),
            entry("<", TokenKind.LT),
            entry(">", TokenKind.GT),
            entry("=", TokenKind.EQ),
            entry("<>", TokenKind.NE),
            entry("!=", TokenKind.NE),
            entry(".", TokenKind.DOT),
            entry(",", TokenKind.COMMA),
            entry(":=", TokenKind.ASSIGN),
            entry("(", TokenKind.OBRACE),
            entry(")", TokenKind.CBRACE),
            entry(";", TokenKind.SEMICOLON),
            entry("*", TokenKind.STAR),
            entry("+", TokenKind.PLUS),
            entry("-", TokenKind.MINUS),
            entry("/", TokenKind.DIV),
            entry("&", TokenKind.BITWISE_AND),
            entry("|", TokenKind.BITWISE_OR),
            entry("^", TokenKind.BITWISE_XOR),
            entry("&&", TokenKind.LOGICAL_AND),
            entry("||", TokenKind.LOGICAL_OR));

    private static final Map<String, TokenKind> KEYWORDS = Stream.of(TokenKind.values())
            .filter(kind -> kind.name().startsWith("SQL_"))
            .collect(Collectors.toMap(kind -> kind.name().substring(4), kind -> kind));

    private ReferenceLexer() {}

    static List<Lexeme> tokenize(String sql) {
        List<Lexeme> tokens = new ArrayList<>();
        int at = 0;
        while (at < sql.length()) {
            if (" \t\n\u000B\f\r".indexOf(sql.charAt(at)) >= 0) {
                at++;
                continue;
            }
            Matcher longest = null;
            for (Pattern rule : RULES) {
                Matcher matcher = rule.matcher(sql).region(at, sql.length());
                if (matcher.lookingAt() && (longest == null || matcher.end() > longest.end())) {
                    longest = matcher;
                }
            }
            emit(longest, tokens);
            at = longest.pattern() == FUNCTION ? longest.end() - 1 : longest.end();
        }
        return tokens;
    }

    private static void emit(Matcher match, List<Lexeme> tokens) {
        Pattern rule = match.pattern();
        String text = match.group();
        if (rule == LINE_COMMENT) {
            String comment = match.group("text") == null ? "" : match.group("text");
            boolean lineEndFollows = !match.hitEnd();
            tokens.add(new Lexeme(TokenKind.COMMENT, comment.equals("\r") && lineEndFollows ? "" : comment));
        } else if (rule == BLOCK_COMMENT || rule == MYSQL_COMMENT) {
            String comment = match.group("text") == null ? match.group("rest") : match.group("text");
            tokens.add(new Lexeme(rule == BLOCK_COMMENT ? TokenKind.COMMENT : TokenKind.COMMENT_MYSQL, comment));
        } else if (rule == QUOTED) {
            tokens.add(new Lexeme(
                    match.group("quote").equals("`") ? TokenKind.LITERAL : TokenKind.STRING,
                    undouble(match.group("text"), match.group("quote"))));
        } else if (rule == IDENTIFIER) {
            parts(text, TokenKind.LITERAL, tokens);
        } else if (rule == FUNCTION) {
            parts(text.substring(0, text.length() - 1), TokenKind.FUNCTION, tokens);
        } else if (rule == INTEGER) {
            tokens.add(new Lexeme(TokenKind.INTEGER, text));
        } else if (rule == EXPONENT || rule == DECIMAL) {
            tokens.add(new Lexeme(TokenKind.FLOAT, text));
        } else {
            tokens.add(new Lexeme(rule == OPERATOR ? OPERATORS.get(text) : TokenKind.UNKNOWN, text));
        }
    }

    private static void parts(String text, TokenKind last, List<Lexeme> tokens) {
        String[] parts = text.split("\\.", -1);
        for (int i = 0; i < parts.length; i++) {
            TokenKind word = KEYWORDS.getOrDefault(parts[i].toUpperCase(Locale.ROOT), TokenKind.LITERAL);
            boolean function = last == TokenKind.FUNCTION && i == parts.length - 1;
            tokens.add(new Lexeme(function ? TokenKind.FUNCTION : word, parts[i]));
            if (i < parts.length - 1) {
                tokens.add(new Lexeme(TokenKind.DOT, "."));
            }
        }
    }

    private static String undouble(String text, String quote) {
        return Pattern.compile("(?s)(\\\\.)|" + quote + quote)
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(match.group(1) == null ? quote : match.group(1)));
    }
}
