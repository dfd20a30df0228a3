package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.api.view.TlsView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A session without a network. The test says what it is like; what a plugin does to it is noted in {@link #actions}.
 * One thread at a time.
 */
public final class FakeSession implements SessionView {

    private final long id;
    private final List<String> actions = new ArrayList<>();
    private final Map<SessionKey<?>, Object> state = new HashMap<>();
    private final Map<Integer, Integer> idle = new HashMap<>();
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private String listener = "proxy";
    private String clientAddress = "192.0.2.7:50000";
    private String localAddress = "192.0.2.1:4040";
    private String serverVersion = "";
    private Optional<String> user = Optional.empty();
    private Optional<String> schema = Optional.empty();
    private Optional<String> authPlugin = Optional.empty();
    private Optional<TlsView> tls = Optional.empty();
    private Optional<FakeServerView> server = Optional.empty();
    private long threadId;
    private int serverStatus;
    private boolean closing;

    /** A client that has just connected. */
    public FakeSession(long id) {
        this.id = id;
    }

    /** Session 1, logged in, with a server connection to backend 1. */
    public static FakeSession loggedIn(String user, String schema) {
        FakeServerView server = new FakeServerView(1).user(user).schema(schema);
        return new FakeSession(1).server(server).user(user).schema(schema);
    }

    // --- what the test says
    // ------------------------------------------------------------------------------------------------------

    public FakeSession listener(String name) {
        this.listener = name;
        return this;
    }

    public FakeSession clientAddress(String address) {
        this.clientAddress = address;
        return this;
    }

    public FakeSession localAddress(String address) {
        this.localAddress = address;
        return this;
    }

    public FakeSession serverVersion(String version) {
        this.serverVersion = version;
        return this;
    }

    /** Null for none yet. */
    public FakeSession user(String name) {
        this.user = Optional.ofNullable(name);
        return this;
    }

    /** Empty or null for none. */
    public FakeSession schema(String name) {
        this.schema = Optional.ofNullable(name).filter(given -> !given.isEmpty());
        return this;
    }

    public FakeSession authPlugin(String name) {
        this.authPlugin = Optional.of(name);
        return this;
    }

    public FakeSession tls(TlsView view) {
        this.tls = Optional.of(view);
        return this;
    }

    /** A connection attribute of the client. */
    public FakeSession attribute(String name, String value) {
        attributes.put(name, value);
        return this;
    }

    public FakeSession threadId(long number) {
        this.threadId = number;
        return this;
    }

    public FakeSession serverStatus(int flags) {
        this.serverStatus = flags;
        return this;
    }

    /** The server connection; thread id and version of the session become its. Null for none. */
    public FakeSession server(FakeServerView connection) {
        this.server = Optional.ofNullable(connection);
        if (connection != null) {
            this.threadId = connection.threadId();
            this.serverVersion = connection.version();
        }
        return this;
    }

    /** Idle connections that {@link #take} finds. */
    public FakeSession idle(int backendIndex, int connections) {
        idle.put(backendIndex, connections);
        return this;
    }

    /** What was done to it: {@code park}, {@code take 2}, {@code close true}. */
    public List<String> actions() {
        return List.copyOf(actions);
    }

    /** Whether it is to end after the answer at hand. */
    public boolean isClosing() {
        return closing;
    }

    // --- what the plugin sees
    // ----------------------------------------------------------------------------------------------------

    @Override
    public long id() {
        return id;
    }

    @Override
    public String listener() {
        return listener;
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
        return Map.copyOf(attributes);
    }

    @Override
    public Optional<String> authPlugin() {
        return authPlugin;
    }

    @Override
    public Optional<TlsView> tls() {
        return tls;
    }

    @Override
    public Optional<String> backend() {
        return server.map(FakeServerView::address);
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
        return serverStatus;
    }

    @Override
    @SuppressWarnings("unchecked") // put() ties the key's type to the value's
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
        return server.map(ServerView.class::cast);
    }

    @Override
    public boolean park() {
        actions.add("park");
        boolean had = server.isPresent();
        server.ifPresent(connection -> idle.merge(connection.backendIndex(), 1, Integer::sum));
        server = Optional.empty();
        return had;
    }

    @Override
    public boolean take(int backendIndex) {
        actions.add("take " + backendIndex);
        if (server.isPresent() && server.get().backendIndex() == backendIndex) {
            return true;
        }
        if (idle(backendIndex) == 0) {
            return false;
        }
        server.ifPresent(connection -> idle.merge(connection.backendIndex(), 1, Integer::sum));
        idle.merge(backendIndex, -1, Integer::sum);
        server = Optional.of(
                new FakeServerView(backendIndex).user(user.orElse(null)).schema(schema.orElse(null)));
        return true;
    }

    @Override
    public int idle(int backendIndex) {
        return idle.getOrDefault(backendIndex, 0);
    }

    @Override
    public void closeAfterAnswer(boolean close) {
        actions.add("close " + close);
        closing = close;
    }

    /** The server connection, for the driver. */
    Optional<FakeServerView> fakeServer() {
        return server;
    }
}
