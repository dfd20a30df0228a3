package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.core.config.SavedConfig;
import dev.mysqlproxy.core.net.NetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What was saved of one backend, and how that is written.
 *
 * @param where the place in the file; empty for one that is to be written
 * @param change what has become of it, next to the options
 * @param address as in {@link BackendView}
 * @param type of one that was added
 * @param hop of one that was added; of others the group alone counts
 * @param weight its weight
 * @param mode its mode
 */
record SavedBackend(
        String where,
        Change change,
        String address,
        BackendView.Type type,
        BackendHop hop,
        int weight,
        BackendView.Mode mode) {

    /** Next to what the options say. */
    enum Change {
        ADDED,
        REMOVED,
        CHANGED
    }

    private static final int MOST_WEIGHT = 1000;

    static SavedBackend of(Change change, BackendView view, BackendHop hop) {
        return new SavedBackend("", change, view.address(), view.type(), hop, view.weight(), view.mode());
    }

    // --- writing ----------------------------------------------------------------------------------------------------

    SavedConfig.Backend written() {
        Map<String, String> settings = new HashMap<>();
        settings.put("change", word(change));
        settings.put("address", address);
        if (!hop.group().isEmpty()) {
            settings.put("group", hop.group());
        }
        if (change != Change.REMOVED) {
            settings.put("weight", Integer.toString(weight));
            settings.put("mode", word(mode));
        }
        if (change == Change.ADDED) {
            settings.put("type", word(type));
            writeHop(settings);
        }
        return new SavedConfig.Backend("", settings);
    }

    private void writeHop(Map<String, String> settings) {
        BackendHop.Tls tls = hop.tls();
        settings.put("ssl-mode", word(tls.mode()));
        tls.ca().ifPresent(file -> settings.put("ssl-ca", file.toString()));
        tls.certificate().ifPresent(file -> settings.put("ssl-cert", file.toString()));
        tls.key().ifPresent(file -> settings.put("ssl-key", file.toString()));
        put(settings, "ssl-versions", tls.versions());
        put(settings, "ssl-ciphers", tls.ciphers());
        Compression compression = hop.compression();
        put(
                settings,
                "compression",
                compression.methods().stream().map(SavedBackend::word).toList());
        settings.put("zlib-level", Integer.toString(compression.zlibLevel()));
        settings.put("zstd-level", Integer.toString(compression.zstdLevel()));
        settings.put("compression-threshold", Integer.toString(compression.threshold()));
        settings.put("proxy-protocol", word(hop.header()));
        settings.put("connect-attributes", Boolean.toString(hop.attributes()));
    }

    private static void put(Map<String, String> settings, String key, List<String> values) {
        if (!values.isEmpty()) {
            settings.put(key, String.join("+", values));
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    // --- reading ----------------------------------------------------------------------------------------------------

    static SavedBackend read(SavedConfig.Backend saved) throws StartException {
        Reader reader = new Reader(saved);
        Change change = reader.word("change", Change.class, null);
        BackendHop hop = reader.hop();
        SavedBackend read = new SavedBackend(
                saved.where(),
                change,
                reader.address(),
                reader.word("type", BackendView.Type.class, BackendView.Type.RW),
                hop,
                reader.number("weight", 0, MOST_WEIGHT, 1),
                reader.word("mode", BackendView.Mode.class, BackendView.Mode.ONLINE));
        reader.requireNothingElse();
        return read;
    }

    static StartException wrong(String where, String why) {
        return new StartException("backend of the saved configuration (" + where + "): " + why);
    }

    /** Takes the settings one by one. */
    private static final class Reader {

        private final String where;
        private final Map<String, String> left;

        Reader(SavedConfig.Backend saved) {
            this.where = saved.where();
            this.left = new HashMap<>(saved.settings());
        }

        private StartException wrong(String why) {
            return SavedBackend.wrong(where, why);
        }

        private String text(String key, String other) {
            String text = left.remove(key);
            return text == null ? other : text;
        }

        String address() throws StartException {
            String text = text("address", "");
            try {
                return NetAddress.parse(text).toString();
            } catch (IllegalArgumentException e) {
                throw wrong(e.getMessage());
            }
        }

        <E extends Enum<E>> E word(String key, Class<E> type, E other) throws StartException {
            String text = text(key, other == null ? "" : SavedBackend.word(other));
            E[] constants = Objects.requireNonNull(type.getEnumConstants());
            for (E constant : constants) {
                if (SavedBackend.word(constant).equals(text)) {
                    return constant;
                }
            }
            throw wrong(key + " has to be one of "
                    + Arrays.stream(constants).map(SavedBackend::word).collect(Collectors.joining(", ")) + ", is '"
                    + text + "'");
        }

        int number(String key, int least, int most, int other) throws StartException {
            String text = text(key, Integer.toString(other));
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw wrong(key + " has to be a whole number from " + least + " to " + most + ", is '" + text + "'");
        }

        private boolean flag(String key, boolean other) throws StartException {
            String text = text(key, Boolean.toString(other));
            if (text.equals("true") || text.equals("false")) {
                return Boolean.parseBoolean(text);
            }
            throw wrong(key + " has to be true or false, is '" + text + "'");
        }

        private List<String> list(String key) {
            String text = text(key, "");
            return text.isEmpty() ? List.of() : List.of(text.split("\\+", -1));
        }

        private Optional<Path> file(String key) throws StartException {
            String text = text(key, "");
            try {
                return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
            } catch (InvalidPathException e) {
                throw wrong(key + " is not a file name: '" + text + "'");
            }
        }

        BackendHop hop() throws StartException {
            BackendHop.Tls tls = new BackendHop.Tls(
                    word("ssl-mode", BackendHop.TlsMode.class, BackendHop.TlsMode.DISABLED),
                    file("ssl-ca"),
                    file("ssl-cert"),
                    file("ssl-key"),
                    list("ssl-versions"),
                    list("ssl-ciphers"));
            List<Compression.Method> methods = new ArrayList<>();
            for (String method : list("compression")) {
                methods.add(method(method));
            }
            Compression compression = new Compression(
                    methods,
                    number("zlib-level", -1, 9, Compression.DEFAULT_ZLIB_LEVEL),
                    number("zstd-level", 1, 22, Compression.DEFAULT_ZSTD_LEVEL),
                    number("compression-threshold", 0, Integer.MAX_VALUE, Compression.DEFAULT_THRESHOLD));
            return new BackendHop(
                    text("group", ""),
                    tls,
                    compression,
                    word("proxy-protocol", BackendHop.Header.class, BackendHop.Header.NONE),
                    flag("connect-attributes", true));
        }

        private Compression.Method method(String word) throws StartException {
            for (Compression.Method method : Compression.Method.values()) {
                if (SavedBackend.word(method).equals(word)) {
                    return method;
                }
            }
            throw wrong("compression has to be zlib or zstd, is '" + word + "'");
        }

        void requireNothingElse() throws StartException {
            if (!left.isEmpty()) {
                throw wrong("there is no setting '"
                        + left.keySet().stream().sorted().findFirst().orElseThrow() + "'");
            }
        }
    }
}
