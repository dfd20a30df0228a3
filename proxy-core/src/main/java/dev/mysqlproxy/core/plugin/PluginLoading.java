package dev.mysqlproxy.core.plugin;

import dev.mysqlproxy.api.lifecycle.ApiVersion;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;

/** Finds the jars for the names in {@code --plugins} and loads them. Main thread. */
public final class PluginLoading implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    private final Path folder;
    private final List<PluginJar> jars;
    private final JarManager manager;

    /** Looks at the jars in a folder; loads nothing yet. */
    public PluginLoading(Path folder) throws StartException {
        this.folder = folder;
        this.jars = PluginJar.in(folder);
        this.manager = new JarManager(folder);
    }

    /** Whether there is a plugin of this name. */
    public boolean has(String name) {
        return jars.stream().anyMatch(jar -> jar.id().equals(Optional.of(name)));
    }

    /**
     * Loads plugins, in this order; one that is named twice is loaded once.
     *
     * @throws StartException when one is unknown, broken, there twice, made for another API, or no plugin at all
     */
    public List<LoadedPlugin> load(List<String> names) throws StartException {
        Set<String> distinct = new LinkedHashSet<>(names);
        List<Path> paths = new ArrayList<>();
        for (String name : distinct) {
            paths.add(find(name).path());
        }
        start(paths);
        List<LoadedPlugin> plugins = new ArrayList<>();
        for (String name : distinct) {
            plugins.add(loaded(name));
        }
        return plugins;
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
            manager.getVersionManager().checkVersionConstraint(ApiVersion.CURRENT, requires);
        } catch (RuntimeException e) {
            // the library has several exceptions for it, without messages
            throw new StartException(
                    "plugin " + jar.id().orElseThrow() + " (" + jar.name()
                            + ") has a Plugin-Requires that makes no sense: " + requires,
                    e);
        }
    }

    private void start(List<Path> paths) throws StartException {
        manager.jars(paths);
        try {
            manager.loadPlugins();
        } catch (PluginRuntimeException e) {
            throw new StartException("plugins cannot be loaded from " + folder + ": " + e.getMessage(), e);
        }
    }

    private PluginWrapper started(String name) throws StartException {
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

    private LoadedPlugin loaded(String name) throws StartException {
        PluginWrapper wrapper = started(name);
        List<ProxyPlugin> found = extensions(ProxyPlugin.class, name);
        if (found.isEmpty() && find(name).scriptSuffix().isPresent()) {
            // an engine comes by itself when a script is named: to name it, too, does no harm
            found = List.of(context -> {});
        }
        if (found.size() != 1) {
            throw new StartException("plugin " + name + " (" + find(name).name() + ") has " + found.size()
                    + " extensions of ProxyPlugin, exactly one is needed");
        }
        String description = wrapper.getDescriptor().getPluginDescription();
        return new LoadedPlugin(
                name, wrapper.getDescriptor().getVersion(), description == null ? "" : description, found.get(0));
    }

    private <T> List<T> extensions(Class<T> type, String name) throws StartException {
        try {
            return manager.getExtensions(type, name);
        } catch (RuntimeException | LinkageError e) {
            throw new StartException("plugin " + name + " (" + find(name).name() + ") is broken: " + e, e);
        }
    }

    /** The engine for scripts with this suffix; its plugin is loaded when it is first asked for. */
    public Optional<ScriptEngine> scriptEngine(String suffix) throws StartException {
        Optional<String> name = jars.stream()
                .filter(jar -> jar.scriptSuffix().equals(Optional.of(suffix)))
                .flatMap(jar -> jar.id().stream())
                .findFirst();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (manager.getPlugin(name.get()) == null) {
            start(List.of(find(name.get()).path()));
        }
        started(name.get());
        return extensions(ScriptEngine.class, name.get()).stream()
                .filter(engine -> engine.suffix().equals(suffix))
                .findFirst();
    }

    @Override
    public void close() {
        // one by one, on a copy: PF4J's own loops trip over the lists that they change
        List<PluginWrapper> all = new ArrayList<>(manager.getPlugins());
        Collections.reverse(all);
        for (PluginWrapper wrapper : all) {
            manager.unloadPlugin(wrapper.getPluginId());
        }
    }
}
