package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.ProxyControl.OptionInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of this run: what was given, else the default. Immutable; any thread.
 *
 * <p>It is read twice. The first pass finds out which plugins to load, the second knows their options too. A value on
 * the command line beats one that was saved at run time, which beats one of the defaults file, which beats one of the HOCON
 * file; lists are replaced, not joined.
 *
 * <pre>
 * args -- first() -> plugins to load -- load(groups) -> all values
 * </pre>
 */
public final class Configuration implements OptionValues {

    private final List<OptionGroup> groups;
    private final Map<Option<?>, Object> values;
    private final Map<Option<?>, Source> sources;
    private final List<String> warnings;
    private final HelpRequest help;
    private final Origin origin;

    /** What it was made from, and can be made from again. */
    private record Origin(List<String> args, Places places, SavedConfig saved) {
        Origin {
            args = List.copyOf(args);
        }
    }

    /**
     * Where relative paths start.
     *
     * @param home absolute folder of the installation
     * @param workingDirectory absolute folder in which the operator typed the command line
     */
    public record Places(Path home, Path workingDirectory) {}

    private Configuration(
            List<OptionGroup> groups,
            Map<Option<?>, Object> values,
            Map<Option<?>, Source> sources,
            List<String> warnings,
            HelpRequest help,
            Origin origin) {
        this.groups = groups;
        this.values = Map.copyOf(values);
        this.sources = Map.copyOf(sources);
        this.warnings = List.copyOf(warnings);
        this.help = help;
        this.origin = origin;
    }

    /**
     * Reads the chassis options from command line and files and passes over everything else, without warnings.
     *
     * @param args words of the command line
     * @param places where relative paths start
     * @throws StartException when a chassis option or a file is wrong
     */
    public static Configuration first(List<String> args, Places places) throws StartException {
        OptionIndex index = new OptionIndex(List.of(ChassisOptions.GROUP));
        return resolve(index, CommandLine.lenient(args, index), args, places).withoutWarnings();
    }

    /**
     * Reads all options; what nobody declared is an error on the command line and a warning in a file.
     *
     * @param args words of the command line
     * @param places where relative paths start
     * @param plugins a group for each loaded plugin; the chassis options are added to them
     * @throws StartException when anything is wrong
     */
    public static Configuration load(List<String> args, Places places, List<OptionGroup> plugins)
            throws StartException {
        List<OptionGroup> groups = new ArrayList<>();
        groups.add(ChassisOptions.GROUP);
        groups.addAll(plugins);
        OptionIndex index = new OptionIndex(groups);
        return resolve(index, CommandLine.strict(args, index), args, places);
    }

    /**
     * Reads everything again for other groups, among them that of a plugin which the start did not know. The command line was
     * checked at the start; what it says to plugins that have gone is passed over.
     */
    Configuration reread(List<OptionGroup> groups) throws StartException {
        OptionIndex index = new OptionIndex(groups);
        return resolve(index, CommandLine.lenient(origin.args(), index), origin.args(), origin.places());
    }

    private static Configuration resolve(OptionIndex index, CommandLine commandLine, List<String> args, Places places)
            throws StartException {
        Path home = places.home();
        ValueReader current = new ValueReader(places.workingDirectory());
        Map<Option<?>, Given> given = new HashMap<>();
        addMissing(given, commandLine.given());
        Map<Option<?>, Given> files = new HashMap<>();
        List<String> warnings = new ArrayList<>();
        if (given.containsKey(ChassisOptions.DEFAULTS_FILE)) {
            Path file = (Path) current.read(given.get(ChassisOptions.DEFAULTS_FILE));
            FileValues said = DefaultsFile.read(file, index);
            addMissing(files, said.given());
            warnings.addAll(said.warnings());
        }
        if (given.containsKey(ChassisOptions.CONFIG)) {
            Path file = (Path) current.read(given.get(ChassisOptions.CONFIG));
            FileValues said = HoconFile.read(file, index);
            addMissing(files, said.given());
            warnings.addAll(said.warnings());
        }
        Path basedir = basedir(stronger(ChassisOptions.BASEDIR, given, files), home);
        ValueReader reader = new ValueReader(basedir);
        SavedConfig saved = SavedConfig.NONE;
        Given savedConfig = stronger(ChassisOptions.SAVED_CONFIG, given, files);
        if (savedConfig != null) {
            saved = SavedConfig.read((Path) reader.read(savedConfig));
            FileValues said = saved.values(index);
            addMissing(given, said.given());
            warnings.addAll(said.warnings());
        }
        addMissing(given, files);

        Map<Option<?>, Object> values = new HashMap<>();
        Map<Option<?>, Source> sources = new HashMap<>();
        for (Option<?> option : index.options()) {
            Given text = given.get(option);
            if (text != null) {
                values.put(option, (ChassisOptions.isCommandLineOnly(option) ? current : reader).read(text));
                sources.put(option, text.source());
            } else {
                option.defaultValue().ifPresent(value -> values.put(option, reader.absolute(value)));
                sources.put(option, Source.DEFAULT);
            }
        }
        values.put(ChassisOptions.BASEDIR, basedir);
        values.putIfAbsent(ChassisOptions.PLUGIN_DIR, home.resolve("plugins"));
        values.putIfAbsent(
                ChassisOptions.EVENT_THREADS, Math.max(1, Runtime.getRuntime().availableProcessors()));

        HelpRequest help = new HelpRequest(
                values.get(ChassisOptions.HELP).equals(true),
                values.get(ChassisOptions.HELP_ALL).equals(true),
                commandLine.helpGroups());
        Configuration configuration =
                new Configuration(index.groups(), values, sources, warnings, help, new Origin(args, places, saved));
        configuration.requireConsistent();
        return configuration;
    }

    private Configuration withoutWarnings() {
        return new Configuration(groups, values, sources, List.of(), help, origin);
    }

    private static Given stronger(Option<?> option, Map<Option<?>, Given> given, Map<Option<?>, Given> files) {
        Given first = given.get(option);
        return first == null ? files.get(option) : first;
    }

    private static void addMissing(Map<Option<?>, Given> given, Map<Option<?>, Given> weaker) {
        for (Given candidate : weaker.values()) {
            Given toAdd = candidate;
            if (candidate.option().equals(ChassisOptions.PLUGINS)) {
                List<String> distinct = List.copyOf(new LinkedHashSet<>(candidate.parts()));
                if (distinct.isEmpty()) {
                    continue;
                }
                toAdd = new Given(candidate.option(), candidate.source(), distinct);
            }
            given.putIfAbsent(candidate.option(), toAdd);
        }
    }

    private static Path basedir(Given given, Path home) throws StartException {
        if (given == null) {
            return home;
        }
        String text = given.parts().get(0);
        Path path = (Path) new ValueReader(home).read(given);
        if (!Path.of(text).isAbsolute()) {
            throw ValueReader.wrong(
                    given.option(), given.source(), "an absolute path", Shown.written(given.option(), text));
        }
        return path;
    }

    private void requireConsistent() throws StartException {
        if (isGiven(ChassisOptions.LOG_FILE) && get(ChassisOptions.LOG_USE_SYSLOG)) {
            throw new StartException("log-file (" + source(ChassisOptions.LOG_FILE) + ") and log-use-syslog ("
                    + source(ChassisOptions.LOG_USE_SYSLOG) + ") were given, but only one is allowed");
        }
        List<String> plugins = get(ChassisOptions.PLUGINS);
        for (String name : get(ChassisOptions.FAIL_CLOSED)) {
            if (!plugins.contains(name)) {
                throw ValueReader.wrong(
                        ChassisOptions.FAIL_CLOSED,
                        sources.get(ChassisOptions.FAIL_CLOSED),
                        "plugins from --plugins=" + Shown.printable(String.join(",", plugins)),
                        Shown.printable(name));
            }
        }
    }

    @Override
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow(() -> new IllegalStateException(option + " has neither value nor default"));
    }

    @Override
    @SuppressWarnings("unchecked") // ValueReader makes the type that goes with the kind, and Option ties kind to T
    public <T> Optional<T> find(Option<T> option) {
        requireDeclared(option);
        return Optional.ofNullable((T) values.get(option));
    }

    @Override
    public boolean isGiven(Option<?> option) {
        return !requireDeclared(option).equals(Source.DEFAULT);
    }

    /** Where its value comes from: {@code command line}, {@code /path/of/file:line}, or {@code default}. */
    public String source(Option<?> option) {
        return requireDeclared(option).where();
    }

    Source sourceOf(Option<?> option) {
        return requireDeclared(option);
    }

    /** Reads values as the start has read them. */
    ValueReader reader() {
        return new ValueReader(get(ChassisOptions.BASEDIR));
    }

    /** What an earlier run has saved. */
    public SavedConfig saved() {
        return origin.saved();
    }

    private Source requireDeclared(Option<?> option) {
        Source source = sources.get(option);
        if (source == null) {
            throw new IllegalArgumentException(option + " was not declared");
        }
        return source;
    }

    /** All groups, that of the chassis first. */
    public List<OptionGroup> groups() {
        return groups;
    }

    /** Lines for the log, at level warning: what is ignored or unwise in the files. Empty after the first pass. */
    public List<String> warnings() {
        return warnings;
    }

    /** Present when the user asked for help instead of a run. */
    public Optional<HelpRequest> help() {
        return help.main() || help.all() || !help.groups().isEmpty() ? Optional.of(help) : Optional.empty();
    }

    /** All options with value and source, as an operator may see them; secrets are masked. */
    public List<OptionInfo> options() {
        List<OptionInfo> options = new ArrayList<>();
        for (OptionGroup group : groups) {
            for (Option<?> option : group.options()) {
                if (!ChassisOptions.isRequest(option)) {
                    options.add(Shown.info(option, values.get(option), sources.get(option)));
                }
            }
        }
        return List.copyOf(options);
    }
}
