package dev.mysqlproxy.api.option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One definition of an option, from which come the command line, the files, the help and the manual.
 *
 * <p>Immutable. Two options of one process may not share a name or a short form.
 *
 * @param <T> type of its value
 */
public final class Option<T> {

    /** How the text of a value is read. */
    public enum Kind {
        /** true or false; on the command line the bare name is true. */
        FLAG,
        /** any text. */
        TEXT,
        /** a comma list; may be given several times. */
        LIST,
        /** a whole number within {@link Option#min()} and {@link Option#max()}. */
        INTEGER,
        /** seconds, with a fraction if wanted, within {@link Option#min()} and {@link Option#max()}. */
        SECONDS,
        /** a file or folder; a relative one is relative to the base directory. */
        PATH,
        /** several files; given several times, or a comma list in a file. */
        PATHS,
        /** one of {@link Option#choices()}. */
        CHOICE
    }

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final String name;
    private final Kind kind;
    private final String help;
    private final char shortName;
    private final T defaultValue;
    private final double min;
    private final double max;
    private final List<String> choices;
    private final boolean secret;
    private final boolean changeable;

    private Option(Builder<T> builder) {
        this.name = builder.name;
        this.kind = builder.kind;
        this.help = builder.help;
        this.shortName = builder.shortName;
        this.defaultValue = builder.defaultValue;
        this.min = builder.min;
        this.max = builder.max;
        this.choices = builder.choices;
        this.secret = builder.secret;
        this.changeable = builder.changeable;
    }

    /** Off until it is named. */
    public static Builder<Boolean> flag(String name, String help) {
        return new Builder<Boolean>(Kind.FLAG, name, help).defaultsTo(false);
    }

    /** Any text; none when nobody gives one. */
    public static Builder<String> text(String name, String help) {
        return new Builder<>(Kind.TEXT, name, help);
    }

    /** Texts; an empty list when nobody gives one. */
    public static Builder<List<String>> list(String name, String help) {
        return new Builder<List<String>>(Kind.LIST, name, help).defaultsTo(List.of());
    }

    /** A whole number from {@code min} to {@code max}, both included. */
    public static Builder<Integer> integer(String name, int min, int max, String help) {
        return new Builder<Integer>(Kind.INTEGER, name, help).range(min, max);
    }

    /** Seconds from {@code min} to {@code max}, both included, with fractions. */
    public static Builder<Duration> seconds(String name, double min, double max, String help) {
        return new Builder<Duration>(Kind.SECONDS, name, help).range(min, max);
    }

    /** A file or folder, which need not exist; relative ones begin in {@code --basedir}. */
    public static Builder<Path> path(String name, String help) {
        return new Builder<>(Kind.PATH, name, help);
    }

    /** Files or folders, as {@link #path}; an empty list when nobody gives one. */
    public static Builder<List<Path>> paths(String name, String help) {
        return new Builder<List<Path>>(Kind.PATHS, name, help).defaultsTo(List.of());
    }

    /** One of these words. */
    public static Builder<String> choice(String name, List<String> choices, String help) {
        return new Builder<String>(Kind.CHOICE, name, help).among(choices);
    }

    /** Long name without dashes. */
    public String name() {
        return name;
    }

    /** How its text is read. */
    public Kind kind() {
        return kind;
    }

    /** One sentence. */
    public String help() {
        return help;
    }

    /** One letter, when there is a short form. */
    public Optional<Character> shortName() {
        return shortName == 0 ? Optional.empty() : Optional.of(shortName);
    }

    /** Its value when nobody gives one. */
    public Optional<T> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /** Smallest number allowed. */
    public double min() {
        return min;
    }

    /** Largest number allowed. */
    public double max() {
        return max;
    }

    /** The words a CHOICE allows. */
    public List<String> choices() {
        return choices;
    }

    /** Whether its value must not be shown in logs, listings or messages. */
    public boolean secret() {
        return secret;
    }

    /** Whether an operator may change it while the proxy runs. */
    public boolean changeable() {
        return changeable;
    }

    @Override
    public String toString() {
        return "--" + name;
    }

    /** Puts an {@link Option} together. */
    public static final class Builder<T> {
        private final Kind kind;
        private final String name;
        private final String help;
        private char shortName;
        private T defaultValue;
        private double min = Double.NEGATIVE_INFINITY;
        private double max = Double.POSITIVE_INFINITY;
        private List<String> choices = List.of();
        private boolean secret;
        private boolean changeable;

        private Builder(Kind kind, String name, String help) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not an option name: " + name);
            }
            this.kind = kind;
            this.name = name;
            this.help = Objects.requireNonNull(help, "help");
        }

        private Builder<T> range(double least, double most) {
            this.min = least;
            this.max = most;
            return this;
        }

        private Builder<T> among(List<String> words) {
            this.choices = List.copyOf(words);
            return this;
        }

        /** A one-letter form. */
        public Builder<T> shortName(char letter) {
            this.shortName = letter;
            return this;
        }

        /** The value when nobody gives one. */
        public Builder<T> defaultsTo(T value) {
            this.defaultValue = Objects.requireNonNull(value, "default");
            return this;
        }

        /** Never shown. */
        public Builder<T> secret() {
            this.secret = true;
            return this;
        }

        /** May change while the proxy runs: whoever uses it asks for its value each time, or is told by the context. */
        public Builder<T> changeable() {
            this.changeable = true;
            return this;
        }

        /** The option, which exists once a plugin returns it from {@code options()}. */
        public Option<T> build() {
            return new Option<>(this);
        }
    }
}
