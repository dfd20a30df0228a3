package dev.mysqlproxy.bench;

import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.api.view.TlsView;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A session of the user {@code app} that finds idle connections everywhere. */
final class FakeSession implements SessionView {

    private static final Optional<String> USER = Optional.of("app");
    private static final Optional<String> SCHEMA = Optional.of("shop");

    private final Map<SessionKey<?>, Object> state = new HashMap<>();
    private Optional<ServerView> server = Optional.empty();

    private record FakeServer(int backendIndex) implements ServerView {

        @Override
        public String address() {
            return "10.0.0.1:3306";
        }

        @Override
        public String localAddress() {
            return "10.0.0.100:51234";
        }

        @Override
        public String version() {
            return "8.4.2";
        }

        @Override
        public long threadId() {
            return 17;
        }

        @Override
        public byte[] challenge() {
            return new byte[20];
        }

        @Override
        public Optional<String> authPlugin() {
            return Optional.empty();
        }

        @Override
        public Optional<String> user() {
            return USER;
        }

        @Override
        public Optional<String> schema() {
            return SCHEMA;
        }

        @Override
        public Optional<TlsView> tls() {
            return Optional.empty();
        }

        @Override
        public boolean fresh() {
            return false;
        }
    }

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
        return "192.168.1.5:40001";
    }

    @Override
    public String localAddress() {
        return "192.168.1.1:4040";
    }

    @Override
    public Optional<String> user() {
        return USER;
    }

    @Override
    public Optional<String> schema() {
        return SCHEMA;
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
    public Optional<TlsView> tls() {
        return Optional.empty();
    }

    @Override
    public Optional<String> backend() {
        return server.map(ServerView::address);
    }

    @Override
    public long threadId() {
        return 17;
    }

    @Override
    public String serverVersion() {
        return "8.4.2";
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
        state.put(key, value);
    }

    @Override
    public Optional<ServerView> server() {
        return server;
    }

    @Override
    public boolean park() {
        server = Optional.empty();
        return true;
    }

    @Override
    public boolean take(int backendIndex) {
        server = Optional.of(new FakeServer(backendIndex));
        return true;
    }

    @Override
    public int idle(int backendIndex) {
        return 4;
    }

    @Override
    public void closeAfterAnswer(boolean close) {
        // nothing to close
    }
}
