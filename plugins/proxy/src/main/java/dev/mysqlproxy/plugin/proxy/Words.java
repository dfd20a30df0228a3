package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Compression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** Words that options and the settings of addresses share. */
final class Words {

    private static final String NONE = "none";

    /** Makes a value of a checked kind. */
    @FunctionalInterface
    interface Maker<T> {
        T make() throws StartException;
    }

    private Words() {}

    /** The constant with this name, which is one of them. */
    static <E extends Enum<E>> E of(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The constant with this name, if it is one of them. */
    static <E extends Enum<E>> E of(Class<E> type, String what, String word) throws StartException {
        for (E constant : Objects.requireNonNull(type.getEnumConstants())) {
            if (name(constant).equals(word)) {
                return constant;
            }
        }
        String all = Arrays.stream(type.getEnumConstants()).map(Words::name).collect(Collectors.joining(", "));
        throw new StartException(what + " has to be one of " + all + ", is '" + word + "'");
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Methods of compression: {@code zlib}, {@code zstd}, or {@code none} alone. */
    static List<Compression.Method> methods(String what, List<String> words) throws StartException {
        if (words.equals(List.of(NONE))) {
            return List.of();
        }
        List<Compression.Method> methods = new ArrayList<>();
        for (String word : words) {
            Compression.Method method = word.equals("zlib") ? Compression.Method.ZLIB : Compression.Method.ZSTD;
            if (!method.name().toLowerCase(Locale.ROOT).equals(word) || methods.contains(method)) {
                throw new StartException(
                        what + " has to be zlib, zstd, both, or none, is '" + String.join(",", words) + "'");
            }
            methods.add(method);
        }
        return methods;
    }

    /** Permission bits in octal digits. */
    static int mode(String what, String digits) throws StartException {
        if (!digits.matches("0?[0-7]{3}")) {
            throw new StartException(what + " has to be three octal digits, like 0770, is '" + digits + "'");
        }
        return Integer.parseInt(digits, 8);
    }

    /** What the API calls nonsense is an operator's mistake here. */
    static <T> T fenced(Object what, Maker<T> maker) throws StartException {
        try {
            return maker.make();
        } catch (IllegalArgumentException e) {
            throw new StartException(what + ": " + e.getMessage(), e);
        }
    }
}
