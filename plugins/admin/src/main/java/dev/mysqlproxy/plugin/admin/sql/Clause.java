package dev.mysqlproxy.plugin.admin.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A few tokens that the engine wants in another form.
 *
 * @param text for the engine
 * @param last which of the tokens is the last of them
 */
record Clause(String text, int last) {

    private static final Set<String> UNITS =
            Set.of("SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "YEAR", "WEEK", "MICROSECOND");
    /** Behind a type: one number, or two. */
    private static final String LENGTH = "(\\([0-9]{1,9}(,[0-9]{1,9})?\\))?";

    private static final int DAYS_OF_WEEK = 7;
    private static final int MICROS = 1_000_000;
    /** Digits of the longest number that the engine counts rows in. */
    private static final int LONG_DIGITS = 18;

    /**
     * {@code INTERVAL 5 MINUTE}: the engine wants the number in quotes. {@code INTERVAL seconds SECOND}: it wants a product.
     * Empty when it is something else.
     */
    static Optional<Clause> interval(List<Token> tokens, int at) {
        return interval(tokens, at + 1, at + 2).or(() -> product(tokens, at + 1));
    }

    /** Of a column, which may have its table before it. */
    private static Optional<Clause> product(List<Token> tokens, int from) {
        int unit = isNext(tokens, from, ".") ? from + 3 : from + 1;
        List<String> names = new ArrayList<>();
        for (int at = from; at < Math.min(unit, tokens.size()); at += 2) {
            names.add('"' + tokens.get(at).text().toLowerCase(Locale.ROOT).replace("\"", "\"\"") + '"');
        }
        boolean plain = unit < tokens.size()
                && isName(tokens.get(from))
                && isName(tokens.get(unit - 1))
                && UNITS.contains(Words.upper(tokens.get(unit)));
        if (!plain) {
            return Optional.empty();
        }
        List<Token> one = List.of(new Token(Token.Sort.NUMBER, "1", 0, 0), tokens.get(unit));
        return interval(one, 0, 1)
                .map(once -> new Clause("(" + String.join(".", names) + " * " + once.text() + ")", unit));
    }

    private static boolean isName(Token token) {
        return token.sort() == Token.Sort.WORD || token.sort() == Token.Sort.QUOTED;
    }

    private static Optional<Clause> interval(List<Token> tokens, int count, int last) {
        boolean plain = last < tokens.size()
                && tokens.get(count).sort() != Token.Sort.SYMBOL
                && tokens.get(count).text().matches("[0-9]{1,9}")
                && UNITS.contains(Words.upper(tokens.get(last)));
        if (!plain) {
            return Optional.empty();
        }
        long number = Long.parseLong(tokens.get(count).text());
        String unit = Words.upper(tokens.get(last));
        String text = switch (unit) {
            case "WEEK" -> "INTERVAL '" + number * DAYS_OF_WEEK + "' DAY(9)";
            case "MICROSECOND" ->
                String.format(Locale.ROOT, "INTERVAL '%d.%06d' SECOND", number / MICROS, number % MICROS);
            default -> "INTERVAL '" + number + "' " + unit + "(9)";
        };
        return Optional.of(new Clause(text, last));
    }

    /** A type of CAST, without what a server would do with its text: all text is Unicode here. Empty when it is no type. */
    static Optional<Clause> type(List<Token> tokens, int at) {
        String type = Words.TYPES.get(Words.upper(tokens.get(at)));
        int last = at;
        if (isNext(tokens, last, "INTEGER")) {
            last++;
        }
        StringBuilder length = new StringBuilder();
        if (isNext(tokens, last, "(")) {
            while (last + 1 < tokens.size() && !tokens.get(last).is(")")) {
                last++;
                length.append(tokens.get(last).text());
            }
        }
        if (isNext(tokens, last, "CHARACTER") && isNext(tokens, last + 1, "SET")) {
            last += 3;
        } else if (isNext(tokens, last, "CHARSET")) {
            last += 2;
        }
        boolean plain = type != null && length.toString().matches(LENGTH) && last < tokens.size();
        return plain ? Optional.of(new Clause(type + length, last)) : Optional.empty();
    }

    private static boolean isNext(List<Token> tokens, int at, String word) {
        return at + 1 < tokens.size() && tokens.get(at + 1).is(word);
    }

    /** {@code LIMIT} in any of MySQL's forms. Empty when it is something else. */
    static Optional<Clause> limit(List<Token> tokens, int at) {
        int end = at;
        while (end + 1 < tokens.size() && isOfLimit(tokens.get(end + 1))) {
            end++;
        }
        List<Token> limit = tokens.subList(at + 1, end + 1);
        boolean one = limit.size() == 1 && isCount(limit.get(0));
        boolean two = limit.size() == 3 && isCount(limit.get(0)) && isCount(limit.get(2));
        if (one) {
            return Optional.of(new Clause("LIMIT " + count(limit.get(0)), end));
        }
        if (!two || isCount(limit.get(1))) {
            return Optional.empty();
        }
        int offset = limit.get(1).is(",") ? 0 : 2;
        String text = "LIMIT " + count(limit.get(2 - offset)) + " OFFSET " + count(limit.get(offset));
        return Optional.of(new Clause(text, end));
    }

    private static boolean isOfLimit(Token token) {
        return token.sort() == Token.Sort.NUMBER || token.is(",") || token.is("OFFSET");
    }

    private static boolean isCount(Token token) {
        return token.sort() == Token.Sort.NUMBER && token.text().indexOf('.') < 0;
    }

    /** Clients write 18446744073709551615 for "no limit". */
    private static String count(Token token) {
        String digits = token.text();
        return digits.length() > LONG_DIGITS ? Long.toString(Long.MAX_VALUE) : digits;
    }
}
