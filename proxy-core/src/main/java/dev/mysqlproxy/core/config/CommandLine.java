package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads GNU style arguments.
 *
 * <p>Lenient, it takes what it knows and skips the rest, which may belong to plugins that are not loaded yet: an
 * unknown option, and any word that is no option, since that may be the unknown one's value. So that both passes cut
 * the words alike, a value that looks like an option must be written with an equals sign.
 */
final class CommandLine {

    private final OptionIndex index;
    private final boolean lenient;
    private final Map<Option<?>, Given> given = new HashMap<>();
    private final List<String> helpGroups = new ArrayList<>();

    private CommandLine(OptionIndex index, boolean lenient) {
        this.index = index;
        this.lenient = lenient;
    }

    static CommandLine lenient(List<String> args, OptionIndex index) throws StartException {
        return new CommandLine(index, true).read(args);
    }

    /** @throws StartException also for unknown options and for words that belong to no option */
    static CommandLine strict(List<String> args, OptionIndex index) throws StartException {
        return new CommandLine(index, false).read(args);
    }

    Map<Option<?>, Given> given() {
        return Map.copyOf(given);
    }

    /** Names that followed {@code --help-}. */
    List<String> helpGroups() {
        return List.copyOf(helpGroups);
    }

    private CommandLine read(List<String> args) throws StartException {
        Words words = new Words(args);
        boolean onlyOperands = false;
        while (words.hasNext()) {
            String word = words.next();
            if (onlyOperands || !word.startsWith("-") || word.equals("-")) {
                operand(word, words);
            } else if (word.equals("--")) {
                onlyOperands = true;
            } else if (word.startsWith("--")) {
                longOption(word, words);
            } else {
                letters(word, words);
            }
        }
        return this;
    }

    private void operand(String word, Words words) throws StartException {
        if (lenient) {
            return;
        }
        String before = words.beforeCurrent();
        boolean flagBefore = before.startsWith("--")
                && index.named(before.substring(2))
                        .filter(option -> option.kind() == Option.Kind.FLAG)
                        .isPresent();
        String lower = word.toLowerCase(Locale.ROOT);
        if (flagBefore && (lower.equals("true") || lower.equals("false"))) {
            throw new StartException("Unknown argument " + word + ": write " + before + "=" + lower);
        }
        throw new StartException("Unknown argument " + Shown.printable(word)
                + " (options begin with --; use --help to show all options)");
    }

    private void longOption(String word, Words words) throws StartException {
        int equals = word.indexOf('=');
        String name = word.substring(2, equals < 0 ? word.length() : equals);
        Optional<Option<?>> option = index.named(name);
        if (option.isPresent()) {
            if (equals >= 0) {
                put(option.get(), word.substring(equals + 1));
            } else {
                put(option.get(), valueFor(option.get(), "--" + name, words));
            }
        } else if (equals < 0 && name.startsWith(OptionIndex.HELP_PREFIX) && (lenient || index.isGroupHelp(name))) {
            helpGroups.add(name.substring(OptionIndex.HELP_PREFIX.length()));
        } else if (!lenient) {
            throw unknown(word, name);
        }
    }

    /** {@code -V}, {@code -P:4040}, {@code -P :4040}, and flags in one word. */
    private void letters(String word, Words words) throws StartException {
        int equals = word.indexOf('=');
        String asName = word.substring(1, equals < 0 ? word.length() : equals);
        // -basedir=/x must not become -b with the value "asedir=/x"
        if (asName.length() > 1 && index.named(asName).isPresent()) {
            if (lenient) {
                return;
            }
            throw unknown(word, asName);
        }
        for (int at = 1; at < word.length(); at++) {
            Optional<Option<?>> option = index.lettered(word.charAt(at));
            if (option.isEmpty()) {
                if (lenient) {
                    return;
                }
                throw unknown(word, asName.length() > 1 ? asName : "");
            }
            if (option.get().kind() == Option.Kind.FLAG) {
                put(option.get(), "true");
            } else {
                String rest = word.substring(at + 1);
                put(option.get(), rest.isEmpty() ? valueFor(option.get(), "-" + word.charAt(at), words) : rest);
                return;
            }
        }
    }

    private static String valueFor(Option<?> option, String form, Words words) throws StartException {
        if (option.kind() == Option.Kind.FLAG) {
            return "true";
        }
        if (!words.hasNext()) {
            throw new StartException(form + " needs a value (command line)");
        }
        if (looksLikeOption(words.peek())) {
            String next = option.secret() ? Shown.MASK : Shown.printable(words.peek());
            throw new StartException(form + " needs a value (command line); one that begins with a dash is written "
                    + option + "=" + next);
        }
        return words.next();
    }

    private static boolean looksLikeOption(String word) {
        return word.length() > 1
                && word.charAt(0) == '-'
                && !Character.isDigit(word.charAt(1))
                && word.charAt(1) != '.';
    }

    private void put(Option<?> option, String text) {
        if (!Given.isPlural(option)) {
            given.put(option, Given.text(option, Source.COMMAND_LINE, text));
            return;
        }
        // a file name may have a comma in it; files are repeated instead
        List<String> parts = option.kind() == Option.Kind.PATHS ? List.of(text) : Given.elements(text);
        Given before = given.get(option);
        given.put(option, before == null ? new Given(option, Source.COMMAND_LINE, parts) : before.and(parts));
    }

    private StartException unknown(String word, String name) {
        Optional<String> near = index.near(name);
        boolean secret = name.toLowerCase(Locale.ROOT).contains("pass")
                || near.flatMap(index::named).filter(Option::secret).isPresent();
        int equals = word.indexOf('=');
        String shown = secret && equals >= 0 ? word.substring(0, equals + 1) + Shown.MASK : word;
        return new StartException("Unknown option " + Shown.printable(shown) + " (use --help to show all options)"
                + near.map(other -> " - did you mean --" + other + "?").orElse(""));
    }

    /** The arguments, one after the other. */
    private static final class Words {
        private final List<String> args;
        private int next;

        Words(List<String> args) {
            this.args = List.copyOf(args);
        }

        boolean hasNext() {
            return next < args.size();
        }

        String peek() {
            return args.get(next);
        }

        String next() {
            return args.get(next++);
        }

        String beforeCurrent() {
            return next < 2 ? "" : args.get(next - 2);
        }
    }
}
