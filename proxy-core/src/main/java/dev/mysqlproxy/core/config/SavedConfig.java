package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The file of {@code --saved-config}: what operators have changed while the proxy ran. A key file like the defaults file,
 * with options in the group {@code [mysql-proxy]} and a group {@code [backend N]} for each backend that was added, removed
 * or changed. Immutable.
 */
public final class SavedConfig {

    /** Nothing was saved. */
    public static final SavedConfig NONE = new SavedConfig(List.of(), List.of());

    private static final String BACKEND_GROUP = "backend ";
    private static final Set<String> ELSEWHERE =
            Set.of(ChassisOptions.SAVED_CONFIG.name(), ChassisOptions.BASEDIR.name());

    private final List<KeyFile.Entry> options;
    private final List<Backend> backends;

    /**
     * What has become of a backend.
     *
     * @param where the place in the file, for messages; empty for one that is to be written
     * @param settings by name, all of them known to whoever made it
     */
    public record Backend(String where, Map<String, String> settings) {
        public Backend {
            settings = Map.copyOf(settings);
        }
    }

    private SavedConfig(List<KeyFile.Entry> options, List<Backend> backends) {
        this.options = List.copyOf(options);
        this.backends = List.copyOf(backends);
    }

    // --- reading ----------------------------------------------------------------------------------------------------

    /** A file that does not exist says nothing. */
    static SavedConfig read(Path file) throws StartException {
        if (Files.notExists(file)) {
            return NONE;
        }
        String optionName = ChassisOptions.SAVED_CONFIG.name();
        ConfigFiles.requireReadable(optionName, file);
        List<KeyFile.Entry> entries;
        try {
            Optional<String> openMode = ConfigFiles.modeIfOpenToOthers(file);
            if (openMode.isPresent()) {
                throw new StartException("permissions of " + file + " aren't secure (0660 or stricter required, is "
                        + openMode.get() + "): run chmod o-rwx " + file);
            }
            entries = KeyFile.read(file);
        } catch (IOException e) {
            throw ConfigFiles.unreadable(optionName, file, e);
        }
        List<KeyFile.Entry> options = new ArrayList<>();
        Map<String, Map<String, String>> groups = new LinkedHashMap<>();
        Map<String, String> places = new HashMap<>();
        for (KeyFile.Entry entry : entries) {
            if (entry.group().equals(DefaultsFile.GROUP)) {
                options.add(entry);
            } else if (entry.group().startsWith(BACKEND_GROUP)) {
                groups.computeIfAbsent(entry.group(), group -> new LinkedHashMap<>())
                        .put(entry.key(), entry.text());
                places.putIfAbsent(entry.group(), entry.source().where());
            } else {
                throw new StartException(entry.source() + " is in group [" + Shown.printable(entry.group())
                        + "], which a saved configuration does not have");
            }
        }
        List<Backend> backends = new ArrayList<>();
        groups.forEach((group, settings) -> backends.add(new Backend(places.get(group), settings)));
        return new SavedConfig(options, backends);
    }

    /** What it says of options. */
    FileValues values(OptionIndex index) throws StartException {
        List<KeyFile.Entry> allowed = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (KeyFile.Entry entry : options) {
            if (ELSEWHERE.contains(entry.key())) {
                warnings.add(entry.key() + " is ignored (" + entry.source() + "): it says where this file is");
            } else {
                allowed.add(entry);
            }
        }
        FileValues values = DefaultsFile.values(allowed, index);
        warnings.addAll(values.warnings());
        return new FileValues(values.given(), warnings);
    }

    /** What it says of backends, in the order of the file. */
    public List<Backend> backends() {
        return backends;
    }

    // --- writing ----------------------------------------------------------------------------------------------------

    /**
     * Writes what it says of options, with changes, and what has become of the backends. A reader sees the old file or the
     * new one, never a part.
     *
     * @throws IOException with a sentence that names the file
     */
    void write(Path file, Map<String, Given> changes, List<Backend> changed) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text(changes, changed).getBytes(StandardCharsets.ISO_8859_1));
        try {
            // a link that an operator made stays one
            Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            if (Files.exists(target) && !Files.isWritable(target)) {
                // it could be replaced all the same, but somebody does not want that
                throw new IOException("it is write-protected");
            }
            Path fresh = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".new", ownersOnly());
            try {
                try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                    out.force(true);
                }
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied; the proxy's user has to be allowed to make files in that folder";
        }
        if (e instanceof NoSuchFileException) {
            return "the folder does not exist";
        }
        return String.valueOf(e.getMessage());
    }

    private static FileAttribute<?>[] ownersOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private String text(Map<String, Given> changes, List<Backend> changed) {
        StringBuilder text = new StringBuilder();
        text.append("# What was changed while mysql-proxy ran, written by SAVE CONFIG at ")
                .append(Instant.now().truncatedTo(ChronoUnit.SECONDS))
                .append(".\n")
                .append(
                        "# It beats the defaults file and the HOCON file, and loses to the command line. The next SAVE\n")
                .append("# CONFIG overwrites what is changed here by hand.\n\n");
        text.append('[').append(DefaultsFile.GROUP).append("]\n");
        Set<String> names = new LinkedHashSet<>();
        options.forEach(entry -> names.add(entry.key()));
        names.addAll(changes.keySet());
        for (String name : names) {
            Given change = changes.get(name);
            if (change != null) {
                text.append("# ").append(latin(change.source().where())).append('\n');
                text.append(name).append('=').append(latin(value(change))).append('\n');
            } else {
                options.stream()
                        .filter(entry -> entry.key().equals(name))
                        .reduce((first, last) -> last)
                        .ifPresent(entry -> text.append(name)
                                .append('=')
                                .append(entry.bytes())
                                .append('\n'));
            }
        }
        for (int i = 0; i < changed.size(); i++) {
            text.append("\n[").append(BACKEND_GROUP).append(i + 1).append("]\n");
            new TreeMap<>(changed.get(i).settings())
                    .forEach((key, value) -> text.append(key)
                            .append('=')
                            .append(latin(escaped(value, false)))
                            .append('\n'));
        }
        return text.toString();
    }

    private static String value(Given change) {
        Option<?> option = change.option();
        if (!Given.isPlural(option)) {
            return escaped(change.parts().get(0), false);
        }
        List<String> parts = new ArrayList<>();
        change.parts().forEach(part -> parts.add(escaped(part, true)));
        return String.join(",", parts);
    }

    /** As {@link KeyFile} reads it. */
    private static String escaped(String text, boolean inList) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case ' ' -> out.append(i == 0 || i == text.length() - 1 ? "\\s" : " ");
                case ',' -> out.append(inList ? "\\," : ",");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /** One char a byte, as the lines that are kept from the old file are. */
    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
