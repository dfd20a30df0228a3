package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Turns what was written into values of an option's type. */
final class ValueReader {

    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]{1,15}(\\.[0-9]{0,9})?|\\.[0-9]{1,9})");

    private final Path basedir;

    /** @param basedir absolute; where relative paths begin */
    ValueReader(Path basedir) {
        this.basedir = basedir;
    }

    /**
     * The value, of the type that goes with the option's kind.
     *
     * @throws StartException naming option, value, place and what is accepted
     */
    Object read(Given given) throws StartException {
        return switch (given.option().kind()) {
            case FLAG -> flag(given);
            case TEXT -> text(given);
            case LIST -> given.parts();
            case INTEGER -> integer(given);
            case SECONDS -> seconds(given);
            case PATH -> path(given, text(given));
            case PATHS -> paths(given);
            case CHOICE -> choice(given);
        };
    }

    /** A default, with relative paths made absolute. */
    Object absolute(Object value) {
        if (value instanceof Path path) {
            return basedir.resolve(path);
        }
        if (value instanceof List<?> list) {
            List<Object> all = new ArrayList<>();
            list.forEach(element -> all.add(absolute(element)));
            return List.copyOf(all);
        }
        return value;
    }

    /** What may be written for an option. */
    static String accepted(Option<?> option) {
        return switch (option.kind()) {
            case FLAG -> "true or false";
            case TEXT -> "a text";
            case LIST -> "a comma list";
            case INTEGER -> "a whole number" + range(option, Integer.MAX_VALUE);
            case SECONDS -> "a number of seconds" + range(option, Double.POSITIVE_INFINITY);
            case PATH -> "a file name";
            case PATHS -> "a list of file names";
            case CHOICE -> "one of " + String.join(", ", option.choices());
        };
    }

    private static String range(Option<?> option, double endless) {
        String from = option.min() == Double.NEGATIVE_INFINITY ? "" : " from " + Shown.number(option.min());
        if (option.max() < endless) {
            return from + " to " + Shown.number(option.max());
        }
        return from.isEmpty() ? "" : from + " up";
    }

    /** The error for a value that is not what it has to be. */
    static StartException wrong(Option<?> option, Source source, String hasToBe, String is) {
        return new StartException(
                source.label(option.name()) + " has to be " + hasToBe + ", is " + is + " (" + source + ")");
    }

    private static StartException wrong(Given given) {
        return wrong(given, accepted(given.option()));
    }

    private static StartException wrong(Given given, String hasToBe) {
        return wrong(given.option(), given.source(), hasToBe, Shown.written(given.option(), text(given)));
    }

    private static String text(Given given) {
        return given.parts().get(0);
    }

    private static Boolean flag(Given given) throws StartException {
        return switch (text(given)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw wrong(given);
        };
    }

    private static Integer integer(Given given) throws StartException {
        if (!WHOLE.matcher(text(given)).matches()) {
            throw wrong(given);
        }
        long number = Long.parseLong(text(given));
        requireInRange(given, (double) number);
        if (number != (int) number) {
            throw wrong(given);
        }
        return (int) number;
    }

    private static Duration seconds(Given given) throws StartException {
        if (!DECIMAL.matcher(text(given)).matches()) {
            throw wrong(given);
        }
        BigDecimal seconds = new BigDecimal(text(given));
        requireInRange(given, seconds.doubleValue());
        long whole = seconds.longValue();
        return Duration.ofSeconds(
                whole,
                seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue());
    }

    private static void requireInRange(Given given, double number) throws StartException {
        if (number < given.option().min()) {
            throw wrong(given, ">= " + Shown.number(given.option().min()));
        }
        if (number > given.option().max()) {
            throw wrong(given, "<= " + Shown.number(given.option().max()));
        }
    }

    private static String choice(Given given) throws StartException {
        if (!given.option().choices().contains(text(given))) {
            throw wrong(given);
        }
        return text(given);
    }

    private List<Path> paths(Given given) throws StartException {
        List<Path> paths = new ArrayList<>();
        for (String part : given.parts()) {
            paths.add(path(given, part));
        }
        return List.copyOf(paths);
    }

    private Path path(Given given, String text) throws StartException {
        if (text.isEmpty()) {
            throw wrong(given.option(), given.source(), accepted(given.option()), "empty");
        }
        try {
            return basedir.resolve(text);
        } catch (InvalidPathException e) {
            throw wrong(given.option(), given.source(), accepted(given.option()), Shown.written(given.option(), text));
        }
    }
}
