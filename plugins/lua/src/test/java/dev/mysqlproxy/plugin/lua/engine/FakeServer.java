package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.TlsView;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A server connection as a test wants it. */
final class FakeServer implements ServerView {

    final int backendIndex;
    String version = "8.4.2";
    long threadId = 4_000_000_001L;
    Optional<String> user = Optional.empty();
    Optional<String> schema = Optional.empty();
    Optional<String> authPlugin = Optional.of("caching_sha2_password");
    boolean fresh = true;

    FakeServer(int backendIndex) {
        this.backendIndex = backendIndex;
    }

    @Override
    public int backendIndex() {
        return backendIndex;
    }

    @Override
    public String address() {
        return "10.0.0." + backendIndex + ":3306";
    }

    @Override
    public String localAddress() {
        return "10.0.0.100:51234";
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public long threadId() {
        return threadId;
    }

    @Override
    public byte[] challenge() {
        return "abcdefghijklmnopqrst".getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Optional<String> authPlugin() {
        return authPlugin;
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
    public Optional<TlsView> tls() {
        return Optional.empty();
    }

    @Override
    public boolean fresh() {
        return fresh;
    }
}
