package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.api.view.TlsView;
import java.util.Map;
import java.util.Optional;

/** An operator's session. */
record FakeSession(String clientAddress, Optional<String> schema, Optional<TlsView> tls) implements SessionView {

    FakeSession() {
        this(Optional.empty());
    }

    FakeSession(Optional<TlsView> tls) {
        this("[::1]:50000", Optional.of("mysql"), tls);
    }

    @Override
    public long id() {
        return 12;
    }

    @Override
    public String listener() {
        return "admin";
    }

    @Override
    public String localAddress() {
        return "[::1]:4041";
    }

    @Override
    public Optional<String> user() {
        return Optional.of("root");
    }

    @Override
    public Map<String, String> connectionAttributes() {
        return Map.of();
    }

    @Override
    public Optional<String> authPlugin() {
        return Optional.empty();
    }

    @Override
    public Optional<String> backend() {
        return Optional.empty();
    }

    @Override
    public long threadId() {
        return 12;
    }

    @Override
    public String serverVersion() {
        return AdminPlugin.SERVER_VERSION;
    }

    @Override
    public int serverStatus() {
        return 2;
    }

    @Override
    public <T> T get(SessionKey<T> key) {
        throw new UnsupportedOperationException("the admin plugin keeps nothing on a session");
    }

    @Override
    public <T> void put(SessionKey<T> key, T value) {
        throw new UnsupportedOperationException("the admin plugin keeps nothing on a session");
    }

    @Override
    public Optional<ServerView> server() {
        return Optional.empty();
    }

    @Override
    public boolean park() {
        return false;
    }

    @Override
    public boolean take(int backendIndex) {
        return false;
    }

    @Override
    public int idle(int backendIndex) {
        return 0;
    }

    @Override
    public void closeAfterAnswer(boolean close) {
        throw new UnsupportedOperationException("the admin plugin closes nothing");
    }
}
