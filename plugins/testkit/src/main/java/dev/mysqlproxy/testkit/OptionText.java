package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.option.Option;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads options as they are written on the command line, by the proxy's rules for the value of each kind. */
final class OptionText {

    private final List<Option<?>> declared;
    private final Path basedir;
    private final Map<Option<?>, Object> values = new HashMap<>();

    private OptionText(List<Option<?>> declared, Path basedir) {
        this.declared = declared;
        this.basedir = basedir;
    }

    /**
     * The values of these arguments.
     *
     * @throws IllegalArgumentException with the argument that is not understood
     */
    static Map<Option<?>, Object> read(List<String> arguments, List<Option<?>> declared, Path basedir) {
        OptionText text = new OptionText(declared, basedir);
        for (int at = 0; at < arguments.size(); at++) {
            String word = arguments.get(at);
            int equals = word.indexOf('=');
            Option<?> option = text.option(equals < 0 ? word : word.substring(0, equals));
            if (equals >= 0) {
                text.put(option, word.substring(equals + 1));
            } else if (option.kind() == Option.Kind.FLAG) {
                text.put(option, "true");
            } else if (at + 1 < arguments.size()) {
                at++;
                text.put(option, arguments.get(at));
            } else {
                throw new IllegalArgumentException(word + " needs a value");
            }
        }
        return text.values;
    }

    /**
     * The value that a text stands for.
     *
     * @throws IllegalArgumentException when the option takes no such value
     */
    static Object value(Option<?> option, String text, Path basedir) {
        return switch (option.kind()) {
            case FLAG -> flag(option, text);
            case TEXT -> text;
            case LIST -> elements(text);
            case INTEGER -> integer(option, text);
            case SECONDS -> seconds(option, text);
            case PATH -> path(option, text, basedir);
            case PATHS ->
                elements(text).stream()
                        .map(element -> path(option, element, basedir))
                        .toList();
            case CHOICE -> choice(option, text);
        };
    }

    private Option<?> option(String word) {
        for (Option<?> option : declared) {
            Optional<Character> letter = option.shortName();
            if (word.equals("--" + option.name()) || (letter.isPresent() && word.equals("-" + letter.get()))) {
                return option;
            }
        }
        throw new IllegalArgumentException("the plugin has no option " + word + "; it has " + declared);
    }

    private void put(Option<?> option, String text) {
        // a file name may have a comma in it: on the command line files are repeated instead
        Object value = option.kind() == Option.Kind.PATHS
                ? List.of(path(option, text, basedir))
                : value(option, text, basedir);
        values.merge(option, value, OptionText::merge);
    }

    private static Object merge(Object before, Object now) {
        if (before instanceof List<?> first && now instanceof List<?> second) {
            List<Object> both = new ArrayList<>(first);
            both.addAll(second);
            return List.copyOf(both);
        }
        return now;
    }

    private static List<String> elements(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    private static Boolean flag(Option<?> option, String text) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw wrong(option, text, "true or false");
        };
    }

    private static Integer integer(Option<?> option, String text) {
        try {
            return inRange(option, text, new BigDecimal(text)).intValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong(option, text, "a whole number");
        }
    }

    private static Duration seconds(Option<?> option, String text) {
        try {
            BigDecimal nanos = inRange(option, text, new BigDecimal(text)).movePointRight(9);
            return Duration.ofNanos(nanos.longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong(option, text, "a number of seconds");
        }
    }

    private static BigDecimal inRange(Option<?> option, String text, BigDecimal number) {
        if (number.doubleValue() < option.min() || number.doubleValue() > option.max()) {
            throw wrong(option, text, option.min() + " to " + option.max());
        }
        return number;
    }

    private static Path path(Option<?> option, String text, Path basedir) {
        if (text.isEmpty()) {
            throw wrong(option, "empty", "a file name");
        }
        return basedir.resolve(text);
    }

    private static String choice(Option<?> option, String text) {
        if (!option.choices().contains(text)) {
            throw wrong(option, text, "one of " + String.join(", ", option.choices()));
        }
        return text;
    }

    private static IllegalArgumentException wrong(Option<?> option, String text, String wanted) {
        return new IllegalArgumentException(option + " has to be " + wanted + ", is " + text);
    }
}
