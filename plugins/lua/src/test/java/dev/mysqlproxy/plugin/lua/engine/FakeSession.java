package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.api.view.TlsView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A session without a network; what scripts do to it is noted in {@link #calls}. */
final class FakeSession implements SessionView {

    final List<String> calls = new ArrayList<>();
    final Map<SessionKey<?>, Object> state = new HashMap<>();
    final Map<Integer, Integer> idle = new HashMap<>();
    final Map<String, String> attributes = new HashMap<>();
    String clientAddress = "192.168.1.5:40001";
    String localAddress = "[::1]:4040";
    Optional<String> user = Optional.empty();
    Optional<String> schema = Optional.empty();
    Optional<String> authPlugin = Optional.empty();
    String serverVersion = "";
    long threadId;
    FakeServer server;
    boolean closing;
    RuntimeException trouble;

    @Override
    public long id() {
        return 1;
    }

    @Override
    public String listener() {
        return "proxy";
    }

    @Override
    public String clientAddress() {
        return clientAddress;
    }

    @Override
    public String localAddress() {
        return localAddress;
    }

    @Override
    public Optional<String> user() {
        return user;
    }

    @Override
    public Optional<String> schema() {
        return schema;
    }

    @Override
    public Map<String, String> connectionAttributes() {
        return attributes;
    }

    @Override
    public Optional<String> authPlugin() {
        return authPlugin;
    }

    @Override
    public Optional<TlsView> tls() {
        return Optional.empty();
    }

    @Override
    public Optional<String> backend() {
        return server().map(ServerView::address);
    }

    @Override
    public long threadId() {
        return threadId;
    }

    @Override
    public String serverVersion() {
        return serverVersion;
    }

    @Override
    public int serverStatus() {
        return 2;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T get(SessionKey<T> key) {
        return (T) state.get(key);
    }

    @Override
    public <T> void put(SessionKey<T> key, T value) {
        if (value == null) {
            state.remove(key);
        } else {
            state.put(key, value);
        }
    }

    @Override
    public Optional<ServerView> server() {
        return Optional.ofNullable(server);
    }

    @Override
    public boolean park() {
        calls.add("park");
        if (trouble != null) {
            throw trouble;
        }
        boolean had = server != null;
        server = null;
        return had;
    }

    @Override
    public boolean take(int backendIndex) {
        calls.add("take " + backendIndex);
        if (idle(backendIndex) == 0) {
            return false;
        }
        idle.merge(backendIndex, -1, Integer::sum);
        server = new FakeServer(backendIndex);
        return true;
    }

    @Override
    public int idle(int backendIndex) {
        return idle.getOrDefault(backendIndex, 0);
    }

    @Override
    public void closeAfterAnswer(boolean close) {
        calls.add("close " + close);
        closing = close;
    }
}
