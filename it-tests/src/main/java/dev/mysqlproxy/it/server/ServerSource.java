package dev.mysqlproxy.it.server;

/** A place that servers of one kind and version come from. */
public interface ServerSource {

    TestServer.Kind kind();

    /** What it offers and from where, for people: {@code MariaDB 11.4.5 (embedded)}. */
    String name();

    /** Whether its servers can load the plugin of this name, which they do not by themselves. */
    default boolean hasPlugin(String name) {
        return false;
    }

    /** Starts a server of its own and returns once it answers; the caller closes it. */
    TestServer start(ServerOptions options);

    /** {@link #start(ServerOptions)} with the usual options. */
    default TestServer start() {
        return start(ServerOptions.defaults());
    }

    /**
     * Starts a GTID replica and returns once it has everything that {@code primary} had at this moment. It is
     * {@code read_only}, which does not bind root. {@code primary} must come from this kind of source, must still have
     * all its binary logs, and is not closed with the replica.
     */
    TestServer replicaOf(TestServer primary, ServerOptions options);

    /** {@link #replicaOf(TestServer, ServerOptions)} with the usual options. */
    default TestServer replicaOf(TestServer primary) {
        return replicaOf(primary, ServerOptions.defaults());
    }
}
