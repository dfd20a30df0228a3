package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.ClientTlsOptions;
import dev.mysqlproxy.api.option.Option;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An address with settings of its own: {@code db1:3306?group=reports&compression=zlib+zstd}. An empty value takes back
 * what the option says. Immutable.
 */
final class Settings {

    private final Option<?> option;
    private final Path basedir;
    private final String text;
    private final String address;
    private final Map<String, String> values;

    private Settings(Option<?> option, Path basedir, String text, String address, Map<String, String> values) {
        this.option = option;
        this.basedir = basedir;
        this.text = text;
        this.address = address;
        this.values = values;
    }

    /**
     * Takes an address apart.
     *
     * @param option where it was given
     * @param keys settings that are known there
     * @param basedir where relative file names begin
     */
    static Settings of(Option<?> option, String text, List<String> keys, Path basedir) throws StartException {
        int mark = text.indexOf('?');
        String address = mark < 0 ? text : text.substring(0, mark);
        Map<String, String> values = new LinkedHashMap<>();
        Settings settings = new Settings(option, basedir, text, address.strip(), values);
        if (mark >= 0) {
            for (String part : text.substring(mark + 1).split("&", -1)) {
                int equals = part.indexOf('=');
                String key = (equals < 0 ? part : part.substring(0, equals)).strip();
                if (!keys.contains(key)) {
                    throw settings.wrong("there is no setting '" + key + "'; there are " + String.join(", ", keys));
                }
                String value = equals < 0 ? "true" : part.substring(equals + 1).strip();
                if (values.put(key, value) != null) {
                    throw settings.wrong("the setting '" + key + "' is there twice");
                }
            }
        }
        return settings;
    }

    /** Without its settings. */
    String address() {
        return address;
    }

    /** Begins a message about one of the settings. */
    String what(String key) {
        return option + "=" + text + ": " + key;
    }

    StartException wrong(String why) {
        return new StartException(option + "=" + text + ": " + why);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Text of a setting; the other when it is not there. */
    String text(String key, String other) {
        return values.getOrDefault(key, other);
    }

    /** A group's name; empty when there is none. */
    String group() throws StartException {
        String group = text("group", "");
        if (has("group") && !group.matches("[A-Za-z0-9._-]{1,64}")) {
            throw wrong("a group's name has letters, digits, dots, dashes and underscores, '" + group + "' has not");
        }
        return group;
    }

    /** One of some words. */
    <E extends Enum<E>> E word(String key, Class<E> type, E other) throws StartException {
        return has(key) ? Words.of(type, what(key), values.get(key)) : other;
    }

    /** Several values, with plus signs between them; none for an empty text. */
    List<String> list(String key, List<String> other) {
        if (!has(key)) {
            return other;
        }
        String value = values.get(key);
        return value.isEmpty() ? List.of() : Arrays.asList(value.split("\\+", -1));
    }

    boolean flag(String key, boolean other) throws StartException {
        return switch (text(key, String.valueOf(other))) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw wrong(key + " has to be true or false");
        };
    }

    /** A file that can be read; none for an empty name. */
    Optional<Path> file(String key, Optional<Path> other) throws StartException {
        if (!has(key)) {
            return other;
        }
        if (values.get(key).isEmpty()) {
            return Optional.empty();
        }
        try {
            Path file = basedir.resolve(values.get(key));
            ClientTlsOptions.requireReadable(what(key), file);
            return Optional.of(file);
        } catch (InvalidPathException e) {
            throw new StartException(what(key) + " is not a file name", e);
        }
    }
}
