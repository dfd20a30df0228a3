package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.TlsView;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A server connection as a test wants it. */
public final class FakeServerView implements ServerView {

    private final int backendIndex;
    private String address;
    private String version = "9.7.0";
    private long threadId;
    private Optional<String> authPlugin = Optional.of("caching_sha2_password");
    private Optional<String> user = Optional.empty();
    private Optional<String> schema = Optional.empty();
    private Optional<TlsView> tls = Optional.empty();
    private boolean fresh = true;

    /** A new connection to this backend. */
    public FakeServerView(int backendIndex) {
        this.backendIndex = backendIndex;
        this.address = "198.51.100." + backendIndex + ":3306";
        this.threadId = 1000L + backendIndex;
    }

    public FakeServerView address(String where) {
        this.address = where;
        return this;
    }

    public FakeServerView version(String text) {
        this.version = text;
        return this;
    }

    public FakeServerView threadId(long number) {
        this.threadId = number;
        return this;
    }

    public FakeServerView authPlugin(String name) {
        this.authPlugin = Optional.of(name);
        return this;
    }

    /** Null for nobody. */
    public FakeServerView user(String name) {
        this.user = Optional.ofNullable(name);
        return this;
    }

    /** Empty or null for none. */
    public FakeServerView schema(String name) {
        this.schema = Optional.ofNullable(name).filter(given -> !given.isEmpty());
        return this;
    }

    public FakeServerView tls(TlsView view) {
        this.tls = Optional.of(view);
        return this;
    }

    public FakeServerView fresh(boolean untouched) {
        this.fresh = untouched;
        return this;
    }

    @Override
    public int backendIndex() {
        return backendIndex;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public String localAddress() {
        return "198.51.100.200:41000";
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
        return tls;
    }

    @Override
    public boolean fresh() {
        return fresh;
    }
}
