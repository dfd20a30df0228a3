package dev.mysqlproxy.core.backend;

import dev.mysqlproxy.protocol.wire.Capabilities;
import java.util.concurrent.Executor;

/** A logged-in server connection that may lie idle in a {@link ServerPool}. What it says of itself may be asked by any thread while it does. */
public interface PooledConnection {

    /** Who is logged in on it. */
    String poolUser();

    /** The protocol it speaks since its login. */
    Capabilities negotiated();

    /** Whether it has a default schema. */
    boolean hasSchema();

    /** The loop it lives on. */
    Executor loop();

    /** When it was opened, by {@link System#nanoTime}. */
    long openedNanos();

    /** When it was parked last, by {@link System#nanoTime}. */
    long parkedNanos();

    /** Closes it. Any thread. */
    void discard();
}
