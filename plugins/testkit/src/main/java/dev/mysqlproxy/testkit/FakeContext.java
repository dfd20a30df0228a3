package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptEngine;
import dev.mysqlproxy.api.script.ScriptOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A plugin's door to a proxy that is not there: remembers what the plugin registers. Options may be read by any thread;
 * the rest belongs to the test's.
 */
public final class FakeContext implements PluginContext, OptionValues {

    private final List<Option<?>> declared = new ArrayList<>();
    private final Map<Option<?>, Object> given = new ConcurrentHashMap<>();
    private final Map<Option<?>, List<Consumer<Object>>> changes = new LinkedHashMap<>();
    private final Map<String, ScriptEngine> engines = new HashMap<>();
    private final List<Hook> hooks = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<AdminTable> tables = new ArrayList<>();
    private final List<AdminCommand> commands = new ArrayList<>();
    private final FakeMetrics metrics = new FakeMetrics();
    private final FakeTasks tasks = new FakeTasks();
    private final FakeBackends backends = new FakeBackends();
    private final FakeControl control = new FakeControl(this);
    private boolean registering = true;

    /** Of a plugin without options. */
    public FakeContext() {
        this(List.of());
    }

    /**
     * Of a plugin with these options.
     *
     * @param options what {@code ProxyPlugin.options()} says
     * @param arguments as on the command line: {@code --name=value}, {@code --flag}
     * @throws IllegalArgumentException for an argument that the proxy would not understand either
     */
    public FakeContext(List<Option<?>> options, String... arguments) {
        Path basedir = Path.of("").toAbsolutePath();
        declared.addAll(options);
        given.putAll(OptionText.read(List.of(arguments), options, basedir));
        given.put(ScriptOptions.BASEDIR, basedir);
    }

    /** Declares options, unless they are declared. */
    void declare(List<Option<?>> options) {
        options.stream().filter(option -> !declared.contains(option)).forEach(declared::add);
    }

    /** The plugin has started: it may register no more. */
    void started() {
        registering = false;
    }

    private void requireStarting() {
        if (!registering) {
            throw new IllegalStateException("a plugin may register only while it starts");
        }
    }

    /** Gives an option a value. */
    public <T> FakeContext with(Option<T> option, T value) {
        if (!declared.contains(option)) {
            declared.add(option);
        }
        given.put(option, value);
        return this;
    }

    /** Installs a script engine. */
    public FakeContext with(ScriptEngine engine) {
        engines.put(engine.suffix(), engine);
        return this;
    }

    /**
     * Changes an option as an operator does while the proxy runs.
     *
     * @throws IllegalArgumentException when there is no such option, it cannot change, it takes no such value, or the
     *     plugin refuses it; nothing has changed then
     */
    public void change(String name, String text) {
        Option<?> option = declared.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no option " + name));
        if (!option.changeable()) {
            throw new IllegalArgumentException(option + " cannot change while the proxy runs");
        }
        Object value = OptionText.value(option, text, get(ScriptOptions.BASEDIR));
        changes.getOrDefault(option, List.of()).forEach(change -> change.accept(value));
        given.put(option, value);
    }

    /** Hooks in the order in which they were added. */
    public List<Hook> hooks() {
        return List.copyOf(hooks);
    }

    /** The only hook of this kind; an error when there is none or another one. */
    public <H extends Hook> H hook(Class<H> kind) {
        List<H> found = hooks.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (found.size() != 1) {
            throw new AssertionError("one " + kind.getSimpleName() + " expected, found " + found);
        }
        return found.get(0);
    }

    /** Listeners that the plugin wants. */
    public List<Listener> listeners() {
        return List.copyOf(listeners);
    }

    /** Tables of the plugin. */
    public List<AdminTable> tables() {
        return List.copyOf(tables);
    }

    /** Statements of the plugin. */
    public List<AdminCommand> commands() {
        return List.copyOf(commands);
    }

    @Override
    public OptionValues options() {
        return this;
    }

    @Override
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow(() -> new IllegalStateException(option + " has no value"));
    }

    @Override
    @SuppressWarnings("unchecked") // only values of the option's type are put
    public <T> Optional<T> find(Option<T> option) {
        Object value = given.get(option);
        if (value != null) {
            return Optional.of((T) value);
        }
        if (!declared.contains(option) && !ofScripts(option)) {
            throw new IllegalArgumentException(option + " was not declared: ProxyPlugin.options() lacks it");
        }
        return option.defaultValue();
    }

    private static boolean ofScripts(Option<?> option) {
        return List.of(
                        ScriptOptions.BASEDIR,
                        ScriptOptions.LUA_PATH,
                        ScriptOptions.LUA_CPATH,
                        ScriptOptions.LUA_STATES,
                        ScriptOptions.LUA_SANDBOX,
                        ScriptOptions.LUA_FAIL,
                        ScriptOptions.LUA_INSTRUCTIONS,
                        ScriptOptions.LUA_TIME_LIMIT,
                        ScriptOptions.LUA_MEMORY_LIMIT)
                .contains(option);
    }

    @Override
    public boolean isGiven(Option<?> option) {
        return given.containsKey(option);
    }

    @Override
    public void addHook(Hook hook) {
        requireStarting();
        hooks.add(Objects.requireNonNull(hook, "hook"));
    }

    @Override
    public void listen(Listener listener) {
        requireStarting();
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void addTable(AdminTable table) {
        requireStarting();
        if (tables.stream().anyMatch(other -> other.name().equals(table.name()))) {
            throw new IllegalArgumentException("there is a table " + table.name() + " already");
        }
        tables.add(table);
    }

    @Override
    public void addCommand(AdminCommand command) {
        requireStarting();
        commands.add(Objects.requireNonNull(command, "command"));
    }

    @Override
    @SuppressWarnings("unchecked") // change() hands over values of the option's type
    public <T> void onChange(Option<T> option, Consumer<T> apply) {
        requireStarting();
        if (!option.changeable()) {
            throw new IllegalArgumentException(option + " is not changeable()");
        }
        changes.computeIfAbsent(option, any -> new ArrayList<>()).add(value -> apply.accept((T) value));
    }

    @Override
    public FakeMetrics metrics() {
        return metrics;
    }

    @Override
    public FakeTasks tasks() {
        return tasks;
    }

    @Override
    public FakeBackends backends() {
        return backends;
    }

    @Override
    public FakeControl control() {
        return control;
    }

    @Override
    public Optional<ScriptEngine> scriptEngine(String suffix) {
        return Optional.ofNullable(engines.get(suffix));
    }

    List<Option<?>> declared() {
        return List.copyOf(declared);
    }
}
