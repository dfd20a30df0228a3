package dev.mysqlproxy.plugin.admin.sql;

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
    private static final int DAYS_OF_WEEK = 7;
    private static final int MICROS = 1_000_000;
    /** Digits of the longest number that the engine counts rows in. */
    private static final int LONG_DIGITS = 18;

    /** {@code INTERVAL 5 MINUTE}: the engine wants the number in quotes. Empty when it is something else. */
    static Optional<Clause> interval(List<Token> tokens, int at) {
        boolean plain = at + 2 < tokens.size()
                && tokens.get(at + 1).sort() != Token.Sort.SYMBOL
                && tokens.get(at + 1).text().matches("[0-9]{1,9}")
                && UNITS.contains(Words.upper(tokens.get(at + 2)));
        if (!plain) {
            return Optional.empty();
        }
        long number = Long.parseLong(tokens.get(at + 1).text());
        String unit = Words.upper(tokens.get(at + 2));
        String text = switch (unit) {
            case "WEEK" -> "INTERVAL '" + number * DAYS_OF_WEEK + "' DAY(9)";
            case "MICROSECOND" ->
                String.format(Locale.ROOT, "INTERVAL '%d.%06d' SECOND", number / MICROS, number % MICROS);
            default -> "INTERVAL '" + number + "' " + unit + "(9)";
        };
        return Optional.of(new Clause(text, at + 2));
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
