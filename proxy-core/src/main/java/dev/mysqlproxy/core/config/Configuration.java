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
 * the command line beats one of the defaults file, which beats one of the HOCON file; lists are replaced, not joined.
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
            HelpRequest help) {
        this.groups = groups;
        this.values = Map.copyOf(values);
        this.sources = Map.copyOf(sources);
        this.warnings = List.copyOf(warnings);
        this.help = help;
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
        return resolve(index, CommandLine.lenient(args, index), places, false);
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
        return resolve(index, CommandLine.strict(args, index), places, true);
    }

    private static Configuration resolve(
            OptionIndex index, CommandLine commandLine, Places places, boolean keepWarnings) throws StartException {
        Path home = places.home();
        ValueReader current = new ValueReader(places.workingDirectory());
        Map<Option<?>, Given> given = new HashMap<>();
        List<String> warnings = new ArrayList<>();
        addMissing(given, commandLine.given());
        if (given.containsKey(ChassisOptions.DEFAULTS_FILE)) {
            Path file = (Path) current.read(given.get(ChassisOptions.DEFAULTS_FILE));
            FileValues said = DefaultsFile.read(file, index);
            addMissing(given, said.given());
            warnings.addAll(said.warnings());
        }
        if (given.containsKey(ChassisOptions.CONFIG)) {
            Path file = (Path) current.read(given.get(ChassisOptions.CONFIG));
            FileValues said = HoconFile.read(file, index);
            addMissing(given, said.given());
            warnings.addAll(said.warnings());
        }

        Path basedir = basedir(given.get(ChassisOptions.BASEDIR), home);
        ValueReader reader = new ValueReader(basedir);
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
                new Configuration(index.groups(), values, sources, keepWarnings ? warnings : List.of(), help);
        configuration.requireConsistent();
        return configuration;
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
                    options.add(new OptionInfo(option.name(), Shown.value(option, values.get(option)), source(option)));
                }
            }
        }
        return List.copyOf(options);
    }
}
