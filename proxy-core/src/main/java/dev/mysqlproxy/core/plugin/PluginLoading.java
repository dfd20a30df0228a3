package dev.mysqlproxy.core.plugin;

import dev.mysqlproxy.api.lifecycle.ApiVersion;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;

/**
 * Finds the jars for the names in {@code --plugins}, and those that are named while the proxy runs, and loads them. Any
 * thread, one at a time.
 *
 * <p>The plugins of the start share one {@link JarManager}. What is loaded later gets a manager of its own: two
 * instances of one plugin are there at once while one takes the other's place, and a manager knows each name only once.
 */
public final class PluginLoading implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    private final Path folder;
    private final JarManager first;
    private final IdentityHashMap<LoadedPlugin, JarManager> managers = new IdentityHashMap<>();
    /** Managers of script engines, by plugin. */
    private final Map<String, JarManager> engines = new HashMap<>();

    private List<PluginJar> jars;

    /** Looks at the jars in a folder; loads nothing yet. */
    public PluginLoading(Path folder) throws StartException {
        this.folder = folder;
        this.jars = PluginJar.in(folder);
        this.first = new JarManager(folder);
    }

    /** Whether there is a plugin of this name. */
    public synchronized boolean has(String name) {
        return jars.stream().anyMatch(jar -> jar.id().equals(Optional.of(name)));
    }

    /**
     * Loads plugins, in this order; one that is named twice is loaded once. At the start of the process.
     *
     * @throws StartException when one is unknown, broken, there twice, made for another API, or no plugin at all
     */
    public synchronized List<LoadedPlugin> load(List<String> names) throws StartException {
        Set<String> distinct = new LinkedHashSet<>(names);
        List<Path> paths = new ArrayList<>();
        for (String name : distinct) {
            paths.add(find(name).path());
        }
        read(first, paths);
        List<LoadedPlugin> plugins = new ArrayList<>();
        for (String name : distinct) {
            plugins.add(loaded(first, name));
        }
        return plugins;
    }

    /**
     * Loads a plugin of the folder as it is now, whether an older instance of it is loaded or not.
     *
     * @throws StartException as {@link #load(List)}; nothing is loaded then
     */
    public synchronized LoadedPlugin load(String name) throws StartException {
        jars = PluginJar.in(folder);
        JarManager engine = engines.get(name);
        if (engine != null && !managers.containsValue(engine)) {
            // scripts have brought it already
            return loaded(engine, name);
        }
        JarManager manager = new JarManager(folder);
        try {
            read(manager, List.of(find(name).path()));
            return loaded(manager, name);
        } catch (StartException e) {
            unloadAll(manager);
            throw e;
        }
    }

    /** Lets go of a plugin's classes: from here on no class of it can be loaded that was not before. */
    public synchronized void unload(LoadedPlugin plugin) {
        JarManager manager = managers.remove(plugin);
        if (manager != null) {
            engines.remove(plugin.name(), manager);
            manager.unloadPlugin(plugin.name());
        }
    }

    private PluginJar find(String name) throws StartException {
        if (!NAME.matcher(name).matches()) {
            throw new StartException("'" + name + "' is not a plugin's name (see --plugins)");
        }
        List<PluginJar> found =
                jars.stream().filter(jar -> jar.id().equals(Optional.of(name))).toList();
        if (found.size() > 1) {
            throw new StartException("plugin " + name + " is in " + folder + " more than once: "
                    + found.stream().map(PluginJar::name).collect(Collectors.joining(", ")) + "; remove all but one");
        }
        if (found.isEmpty()) {
            throw new StartException("there is no plugin " + name + " in " + folder + " (there are: "
                    + jars.stream().flatMap(jar -> jar.id().stream()).sorted().collect(Collectors.joining(", ")) + ")"
                    + jars.stream()
                            .filter(jar -> jar.broken().isPresent())
                            .map(jar -> "; " + jar.name() + " cannot be read: "
                                    + jar.broken().get())
                            .collect(Collectors.joining()));
        }
        PluginJar jar = found.get(0);
        if (jar.bringsApi()) {
            throw new StartException("plugin " + name + " (" + jar.name()
                    + ") contains the plugin API; build it with plugin-api in scope provided");
        }
        if (jar.requires().isPresent()) {
            checkReadable(jar, jar.requires().get());
        }
        return jar;
    }

    private void checkReadable(PluginJar jar, String requires) throws StartException {
        try {
            first.getVersionManager().checkVersionConstraint(ApiVersion.CURRENT, requires);
        } catch (RuntimeException e) {
            // the library has several exceptions for it, without messages
            throw new StartException(
                    "plugin " + jar.id().orElseThrow() + " (" + jar.name()
                            + ") has a Plugin-Requires that makes no sense: " + requires,
                    e);
        }
    }

    private void read(JarManager manager, List<Path> paths) throws StartException {
        manager.jars(paths);
        try {
            manager.loadPlugins();
        } catch (PluginRuntimeException e) {
            throw new StartException("plugins cannot be loaded from " + folder + ": " + e.getMessage(), e);
        }
    }

    private PluginWrapper started(JarManager manager, String name) throws StartException {
        PluginWrapper wrapper = manager.getPlugin(name);
        PluginJar jar = find(name);
        if (wrapper == null) {
            throw new StartException(
                    "plugin " + name + " (" + jar.name() + ") cannot be loaded: its manifest is incomplete");
        }
        if (wrapper.getPluginState() == PluginState.DISABLED) {
            throw new StartException("plugin " + name + " (" + jar.name() + ") needs plugin-api "
                    + jar.requires().orElse("?") + ", this proxy has " + ApiVersion.CURRENT);
        }
        try {
            if (manager.startPlugin(name) != PluginState.STARTED) {
                throw new StartException("plugin " + name + " (" + jar.name() + ") cannot be started: "
                        + (wrapper.getFailedException() == null ? "?" : wrapper.getFailedException()));
            }
        } catch (PluginRuntimeException | LinkageError e) {
            throw new StartException("plugin " + name + " (" + jar.name() + ") cannot be started: " + e, e);
        }
        return wrapper;
    }

    private LoadedPlugin loaded(JarManager manager, String name) throws StartException {
        PluginWrapper wrapper = started(manager, name);
        List<ProxyPlugin> found = extensions(manager, ProxyPlugin.class, name);
        if (found.isEmpty() && find(name).scriptSuffix().isPresent()) {
            // an engine comes by itself when a script is named: to name it, too, does no harm
            found = List.of(context -> {});
        }
        if (found.size() != 1) {
            throw new StartException("plugin " + name + " (" + find(name).name() + ") has " + found.size()
                    + " extensions of ProxyPlugin, exactly one is needed");
        }
        String description = wrapper.getDescriptor().getPluginDescription();
        LoadedPlugin plugin = new LoadedPlugin(
                name,
                wrapper.getDescriptor().getVersion(),
                description == null ? "" : description,
                found.get(0),
                wrapper.getPluginClassLoader());
        managers.put(plugin, manager);
        if (find(name).scriptSuffix().isPresent()) {
            engines.put(name, manager);
        }
        return plugin;
    }

    private <T> List<T> extensions(JarManager manager, Class<T> type, String name) throws StartException {
        try {
            return manager.getExtensions(type, name);
        } catch (RuntimeException | LinkageError e) {
            throw new StartException("plugin " + name + " (" + find(name).name() + ") is broken: " + e, e);
        }
    }

    /** The plugin that has the engine for scripts with this suffix. */
    public synchronized Optional<String> engineFor(String suffix) {
        return jars.stream()
                .filter(jar -> jar.scriptSuffix().equals(Optional.of(suffix)))
                .flatMap(jar -> jar.id().stream())
                .findFirst();
    }

    /** The engine for scripts with this suffix; its plugin is loaded when it is first asked for. */
    public synchronized Optional<ScriptEngine> scriptEngine(String suffix) throws StartException {
        Optional<String> name = engineFor(suffix);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        JarManager manager = engines.get(name.get());
        if (manager == null) {
            manager = first.getPlugin(name.get()) == null ? first : new JarManager(folder);
            read(manager, List.of(find(name.get()).path()));
        }
        started(manager, name.get());
        engines.put(name.get(), manager);
        return extensions(manager, ScriptEngine.class, name.get()).stream()
                .filter(engine -> engine.suffix().equals(suffix))
                .findFirst();
    }

    @Override
    public synchronized void close() {
        Set<JarManager> all = Collections.newSetFromMap(new IdentityHashMap<>());
        all.add(first);
        all.addAll(engines.values());
        all.addAll(managers.values());
        all.forEach(PluginLoading::unloadAll);
        managers.clear();
        engines.clear();
    }

    private static void unloadAll(JarManager manager) {
        // one by one, on a copy: PF4J's own loops trip over the lists that they change
        List<PluginWrapper> plugins = new ArrayList<>(manager.getPlugins());
        Collections.reverse(plugins);
        for (PluginWrapper wrapper : plugins) {
            manager.unloadPlugin(wrapper.getPluginId());
        }
    }
}
