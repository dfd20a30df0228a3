package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.core.chassis.Logs;
import dev.mysqlproxy.core.config.ChassisOptions;
import dev.mysqlproxy.core.config.RuntimeOptions;
import dev.mysqlproxy.core.metric.MetricRegistry;
import dev.mysqlproxy.core.session.CloseCause;
import dev.mysqlproxy.core.session.QueryKill;
import dev.mysqlproxy.core.session.Session;
import dev.mysqlproxy.core.session.SessionRegistry;
import dev.mysqlproxy.core.session.SideQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The running process, for plugins. Any thread. */
final class Control implements ProxyControl {

    private final SessionRegistry sessions;
    private final RuntimeOptions options;
    private final MetricRegistry metrics;
    private final Logs logs;
    private final PluginLife plugins;
    private final Supplier<List<ListenerInfo>> listeners;
    private final Supplier<List<String>> reload;
    private final Supplier<CompletionStage<Void>> pulse;
    private volatile SavedBackends backends;

    /**
     * A process that begins.
     *
     * @param listeners those that are open
     * @param reload reads certificates and users anew
     * @param pulse completes when each event loop has run a task
     */
    Control(
            SessionRegistry sessions,
            RuntimeOptions options,
            MetricRegistry metrics,
            Logs logs,
            PluginLife plugins,
            Supplier<List<ListenerInfo>> listeners,
            Supplier<List<String>> reload,
            Supplier<CompletionStage<Void>> pulse) {
        this.sessions = sessions;
        this.options = options;
        this.metrics = metrics;
        this.logs = logs;
        this.plugins = plugins;
        this.listeners = listeners;
        this.reload = reload;
        this.pulse = pulse;
    }

    /** The backends that the options name are there: what differs from them from here on can be saved. */
    void backends(SavedBackends named) {
        backends = named;
    }

    @Override
    public String version() {
        return Version.text();
    }

    @Override
    public boolean checksOnly() {
        return options.get(ChassisOptions.CHECK_CONFIG);
    }

    @Override
    public CompletionStage<Void> pulse() {
        return pulse.get();
    }

    // --- sessions ---------------------------------------------------------------------------------------------------

    @Override
    public List<SessionInfo> sessions() {
        return sessions.all().stream()
                .map(Control::info)
                .sorted(Comparator.comparingLong(SessionInfo::id))
                .toList();
    }

    private static SessionInfo info(Session session) {
        int command = session.lastCommand();
        return new SessionInfo(
                session.id(),
                session.listener(),
                session.clientAddress(),
                session.user().orElse(""),
                session.schema().orElse(""),
                session.backend().orElse(""),
                session.threadId(),
                session.stateWord(),
                command < 0 ? "" : CommandType.of(command).map(Enum::name).orElse("0x" + Integer.toHexString(command)),
                session.stateSeconds(),
                session.statement(),
                session.pinned());
    }

    @Override
    public boolean kill(long sessionId) {
        Optional<Session> found = sessions.find(sessionId);
        found.ifPresent(session -> session.end(CloseCause.KILLED));
        return found.isPresent();
    }

    @Override
    public CompletionStage<Boolean> killQuery(long sessionId) {
        return sessions.find(sessionId).map(QueryKill::of).orElseGet(() -> CompletableFuture.completedStage(false));
    }

    @Override
    public CompletionStage<Reply> query(long sessionId, byte[] statement, Duration limit) {
        return sessions.find(sessionId)
                .map(session -> SideQuery.of(session, statement, limit))
                .orElseGet(() ->
                        CompletableFuture.failedStage(new IllegalStateException("there is no session " + sessionId)));
    }

    @Override
    public boolean onSession(long sessionId, Consumer<SessionView> task) {
        return sessions.run(sessionId, task);
    }

    @Override
    public void showStatements(int bytes) {
        sessions.showStatements(bytes);
    }

    // --- the process ------------------------------------------------------------------------------------------------

    @Override
    public List<ListenerInfo> listeners() {
        return listeners.get();
    }

    @Override
    public List<MetricFamily> metrics() {
        return metrics.snapshot();
    }

    @Override
    public List<LogLine> log() {
        return logs.lines();
    }

    @Override
    public void reopenLogs() {
        logs.reopenAsAsked();
    }

    @Override
    public List<String> reload() {
        return reload.get();
    }

    // --- options ----------------------------------------------------------------------------------------------------

    @Override
    public List<OptionInfo> options() {
        return options.options();
    }

    @Override
    public OptionChange plan(String option, String value) {
        return options.plan(option, value);
    }

    @Override
    public OptionChange set(String option, String value, String by) {
        return options.set(option, value, by);
    }

    @Override
    public Path saveConfiguration() throws IOException {
        SavedBackends named = backends;
        if (named == null) {
            throw new IOException("there is nothing to save before the start is over");
        }
        return options.save(named.changes());
    }

    // --- plugins ----------------------------------------------------------------------------------------------------

    @Override
    public List<PluginInfo> plugins() {
        return plugins.plugins();
    }

    @Override
    public List<AdminTable> tables() {
        return plugins.tables();
    }

    @Override
    public List<AdminCommand> commands() {
        return plugins.commands();
    }

    @Override
    public PluginInfo load(String plugin) throws StartException {
        return plugins.load(plugin);
    }

    @Override
    public void unload(String plugin) throws StartException {
        plugins.unload(plugin);
    }

    @Override
    public void checkUnload(String plugin) throws StartException {
        plugins.checkUnload(plugin);
    }

    @Override
    public PluginInfo reload(String plugin) throws StartException {
        return plugins.reload(plugin);
    }

    @Override
    public boolean enable(String plugin, boolean enabled) {
        return plugins.enable(plugin, enabled);
    }
}
