package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import dev.mysqlproxy.core.session.CloseCause;
import dev.mysqlproxy.core.session.Session;
import dev.mysqlproxy.core.session.SessionRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The running process, for plugins. Any thread. */
final class Control implements ProxyControl {

    private final SessionRegistry sessions;
    private final List<LoadedPlugin> plugins;
    private final List<OptionInfo> options;
    private final Supplier<List<String>> reload;

    Control(
            SessionRegistry sessions,
            List<LoadedPlugin> plugins,
            List<OptionInfo> options,
            Supplier<List<String>> reload) {
        this.sessions = sessions;
        this.plugins = List.copyOf(plugins);
        this.options = List.copyOf(options);
        this.reload = reload;
    }

    @Override
    public String version() {
        return Version.text();
    }

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
                session.stateSeconds());
    }

    @Override
    public boolean kill(long sessionId) {
        Optional<Session> found = sessions.find(sessionId);
        found.ifPresent(session -> session.end(CloseCause.KILLED));
        return found.isPresent();
    }

    @Override
    public List<String> reload() {
        return reload.get();
    }

    @Override
    public List<PluginInfo> plugins() {
        return plugins.stream()
                .map(plugin -> new PluginInfo(plugin.name(), plugin.version(), plugin.description()))
                .toList();
    }

    @Override
    public List<OptionInfo> options() {
        return options;
    }
}
