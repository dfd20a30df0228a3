package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.SessionView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A process whose sessions, plugins and options are lists, and that remembers what it was told: {@link #actions}. Any
 * thread.
 */
public final class FakeControl implements ProxyControl {

    private final FakeContext context;
    private final List<String> actions = new CopyOnWriteArrayList<>();
    private final List<SessionInfo> sessions = new CopyOnWriteArrayList<>();
    private final Map<Long, SessionView> live = new LinkedHashMap<>();
    private final List<ListenerInfo> listeners = new CopyOnWriteArrayList<>();
    private final List<PluginInfo> plugins = new CopyOnWriteArrayList<>();
    private final List<OptionInfo> options = new CopyOnWriteArrayList<>();
    private final List<AdminTable> tables = new CopyOnWriteArrayList<>();
    private final List<AdminCommand> commands = new CopyOnWriteArrayList<>();
    private final List<LogLine> log = new CopyOnWriteArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private volatile Optional<String> refusal = Optional.empty();
    private volatile int statementBytes;

    FakeControl(FakeContext context) {
        this.context = context;
    }

    // --- what the test says
    // ------------------------------------------------------------------------------------------------------

    /** A session in the list. */
    public FakeControl with(SessionInfo session) {
        sessions.add(session);
        return this;
    }

    /** A session that {@link #onSession} finds; its view is handed over on the caller's thread. */
    public FakeControl with(SessionView session) {
        synchronized (live) {
            live.put(session.id(), session);
        }
        return this;
    }

    /** A session that is over. */
    public void ended(long sessionId) {
        synchronized (live) {
            live.remove(sessionId);
        }
        sessions.removeIf(session -> session.id() == sessionId);
    }

    /** A listener in the list. */
    public FakeControl with(ListenerInfo listener) {
        listeners.add(listener);
        return this;
    }

    /** A plugin in the list. */
    public FakeControl with(PluginInfo plugin) {
        plugins.add(plugin);
        return this;
    }

    /** An option in the list. */
    public FakeControl with(OptionInfo option) {
        options.add(option);
        return this;
    }

    /** A table of another plugin or of the proxy. */
    public FakeControl with(AdminTable table) {
        tables.add(table);
        return this;
    }

    /** A statement of another plugin. */
    public FakeControl with(AdminCommand command) {
        commands.add(command);
        return this;
    }

    /** A line in the log. */
    public FakeControl with(LogLine line) {
        log.add(line);
        return this;
    }

    /** What {@link #reload()} has to complain about. */
    public FakeControl withProblem(String sentence) {
        problems.add(sentence);
        return this;
    }

    /** Refuses every change from now on with this sentence; empty to refuse none. */
    public void refuse(String sentence) {
        refusal = sentence.isEmpty() ? Optional.empty() : Optional.of(sentence);
    }

    /** What was done, one line each: {@code kill 7}, {@code set query-cache=1 by root}, {@code reload auditing}. */
    public List<String> actions() {
        return List.copyOf(actions);
    }

    /** How many bytes of statements somebody wants to see; 0 for none. */
    public int statementBytes() {
        return statementBytes;
    }

    // --- what the plugin sees
    // ----------------------------------------------------------------------------------------------------

    @Override
    public String version() {
        return "1.2.3";
    }

    @Override
    public List<SessionInfo> sessions() {
        return List.copyOf(sessions);
    }

    private boolean known(long sessionId) {
        synchronized (live) {
            return live.containsKey(sessionId) || sessions.stream().anyMatch(session -> session.id() == sessionId);
        }
    }

    @Override
    public boolean kill(long sessionId) {
        boolean known = known(sessionId);
        if (known) {
            actions.add("kill " + sessionId);
        }
        return known;
    }

    @Override
    public CompletionStage<Boolean> killQuery(long sessionId) {
        if (refusal.isPresent()) {
            return CompletableFuture.failedStage(new IllegalStateException(refusal.get()));
        }
        boolean known = known(sessionId);
        if (known) {
            actions.add("kill query " + sessionId);
        }
        return CompletableFuture.completedStage(known);
    }

    @Override
    public boolean onSession(long sessionId, Consumer<SessionView> task) {
        SessionView session;
        synchronized (live) {
            session = live.get(sessionId);
        }
        if (session == null) {
            return false;
        }
        task.accept(session);
        return true;
    }

    @Override
    public void showStatements(int bytes) {
        statementBytes = bytes;
    }

    @Override
    public List<ListenerInfo> listeners() {
        return List.copyOf(listeners);
    }

    @Override
    public List<AdminTable> tables() {
        List<AdminTable> all = new ArrayList<>(tables);
        all.addAll(context.tables());
        return List.copyOf(all);
    }

    @Override
    public List<AdminCommand> commands() {
        List<AdminCommand> all = new ArrayList<>(commands);
        all.addAll(context.commands());
        return List.copyOf(all);
    }

    @Override
    public List<MetricFamily> metrics() {
        return context.metrics().families();
    }

    @Override
    public List<LogLine> log() {
        return List.copyOf(log);
    }

    @Override
    public void reopenLogs() {
        actions.add("reopen logs");
    }

    @Override
    public List<String> reload() {
        actions.add("reload");
        return List.copyOf(problems);
    }

    @Override
    public List<PluginInfo> plugins() {
        return List.copyOf(plugins);
    }

    /** Those that the test gave, then those of the plugin under test. */
    @Override
    public List<OptionInfo> options() {
        List<OptionInfo> all = new ArrayList<>(options);
        for (Option<?> option : context.declared()) {
            Optional<?> value = context.find(option);
            String shown = option.secret() ? "***" : value.map(Object::toString).orElse("");
            String source = context.isGiven(option) ? "command line" : "default";
            all.add(new OptionInfo(option.name(), value.isEmpty() ? "" : shown, source, option.changeable()));
        }
        return List.copyOf(all);
    }

    @Override
    public OptionChange plan(String option, String value) {
        refuseIfTold();
        OptionInfo found = options().stream()
                .filter(info -> info.name().equals(option))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no option " + option));
        if (!found.changeable()) {
            throw new IllegalArgumentException("--" + option + " cannot change while the proxy runs");
        }
        return new OptionChange(option, found.value(), value, "at once");
    }

    @Override
    public OptionChange set(String option, String value, String by) {
        OptionChange change = plan(option, value);
        if (context.declared().stream().anyMatch(declared -> declared.name().equals(option))) {
            context.change(option, value);
        }
        options.replaceAll(
                info -> info.name().equals(option) ? new OptionInfo(option, value, "set by " + by, true) : info);
        actions.add("set " + option + "=" + value + " by " + by);
        return change;
    }

    private void refuseIfTold() {
        refusal.ifPresent(sentence -> {
            throw new IllegalArgumentException(sentence);
        });
    }

    @Override
    public Path saveConfiguration() throws IOException {
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        actions.add("save configuration");
        return Path.of("/var/lib/mysql-proxy/saved.conf");
    }

    @Override
    public PluginInfo load(String plugin) throws StartException {
        startIfAllowed();
        PluginInfo info = new PluginInfo(plugin, version(), plugin + " loaded by a test", true);
        plugins.add(info);
        actions.add("load " + plugin);
        return info;
    }

    @Override
    public void unload(String plugin) throws StartException {
        startIfAllowed();
        if (!plugins.removeIf(info -> info.name().equals(plugin))) {
            throw new StartException("there is no plugin " + plugin);
        }
        actions.add("unload " + plugin);
    }

    @Override
    public void checkUnload(String plugin) throws StartException {
        startIfAllowed();
    }

    @Override
    public PluginInfo reload(String plugin) throws StartException {
        startIfAllowed();
        PluginInfo info = plugins.stream()
                .filter(candidate -> candidate.name().equals(plugin))
                .findFirst()
                .orElseThrow(() -> new StartException("there is no plugin " + plugin));
        actions.add("reload " + plugin);
        return info;
    }

    private void startIfAllowed() throws StartException {
        if (refusal.isPresent()) {
            throw new StartException(refusal.get());
        }
    }

    @Override
    public boolean enable(String plugin, boolean enabled) {
        boolean known = plugins.stream().anyMatch(info -> info.name().equals(plugin));
        if (known) {
            plugins.replaceAll(info -> info.name().equals(plugin)
                    ? new PluginInfo(info.name(), info.version(), info.description(), enabled)
                    : info);
            actions.add((enabled ? "enable " : "disable ") + plugin);
        }
        return known;
    }
}
