package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.view.BackendView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy whose backends and sessions are lists, and that remembers what it was told. */
final class FakeProxy implements Backends, ProxyControl {

    final List<BackendView> backends = new ArrayList<>();
    final List<SessionInfo> sessions = new ArrayList<>();
    final List<Long> killed = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    final List<Thread> reloads = new CopyOnWriteArrayList<>();

    /** Two backends as they are after a start, and one session that uses the first. */
    static FakeProxy started() {
        FakeProxy proxy = new FakeProxy();
        proxy.add("127.0.0.1:3306", BackendView.Type.RW);
        proxy.add("db2:3307", BackendView.Type.RO);
        proxy.sessions.add(new SessionInfo(
                7, "proxy", "10.0.0.9:5000", "app", "", "127.0.0.1:3306", 4711, "idle", "COM_QUERY", 3));
        return proxy;
    }

    @Override
    public List<BackendView> snapshot() {
        return List.copyOf(backends);
    }

    @Override
    public BackendView add(String address, BackendView.Type type, BackendHop hop) {
        BackendView backend = new BackendView(
                backends.size() + 1,
                address,
                type,
                BackendView.State.UNKNOWN,
                BackendView.Mode.ONLINE,
                0,
                Instant.EPOCH,
                Optional.empty());
        backends.add(backend);
        return backend;
    }

    void set(int index, BackendView.State state, int clients, Optional<String> uuid) {
        BackendView old = backends.get(index - 1);
        backends.set(
                index - 1,
                new BackendView(
                        index,
                        old.address(),
                        old.type(),
                        state,
                        old.mode(),
                        clients,
                        Instant.parse("2026-01-02T03:04:05Z"),
                        uuid));
    }

    @Override
    public boolean setState(int index, BackendView.State state) {
        throw new UnsupportedOperationException("the admin plugin leaves states alone");
    }

    @Override
    public boolean setMode(int index, BackendView.Mode mode) {
        BackendView old = backends.get(index - 1);
        backends.set(
                index - 1,
                new BackendView(
                        index,
                        old.address(),
                        old.type(),
                        old.state(),
                        mode,
                        old.connectedClients(),
                        old.stateSince(),
                        old.uuid()));
        return true;
    }

    @Override
    public String version() {
        return "1.2.3";
    }

    @Override
    public List<SessionInfo> sessions() {
        return List.copyOf(sessions);
    }

    @Override
    public boolean kill(long sessionId) {
        boolean known = sessions.stream().anyMatch(session -> session.id() == sessionId);
        if (known) {
            killed.add(sessionId);
        }
        return known;
    }

    @Override
    public List<String> reload() {
        reloads.add(Thread.currentThread());
        return List.copyOf(problems);
    }

    @Override
    public List<PluginInfo> plugins() {
        return List.of(new PluginInfo("proxy", "1.2.3", "forwards"), new PluginInfo("admin", "1.2.3", "answers"));
    }

    @Override
    public List<OptionInfo> options() {
        return List.of(new OptionInfo("admin-password", "***", "command line"));
    }

    @Override
    public boolean setUuid(int index, Optional<String> uuid) {
        throw new UnsupportedOperationException("the plugin leaves uuids alone");
    }

    @Override
    public Optional<Pool> pool(int index) {
        throw new UnsupportedOperationException("the plugin leaves pools alone");
    }

    @Override
    public void limits(Pool.Limits limits) {
        throw new UnsupportedOperationException("the plugin leaves pools alone");
    }
}
