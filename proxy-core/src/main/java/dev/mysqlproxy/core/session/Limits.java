package dev.mysqlproxy.core.session;

import java.time.Duration;

/** What sessions are allowed: what an operator has said last. Any thread. */
public final class Limits {

    /** Sessions of local listeners at the same time. */
    static final int LOCAL_SESSIONS = 100;

    /** Longest packet of a client that has not logged in, in bytes: attributes and tickets fit. */
    static final int LOGIN_PACKET = 80 * 1024;

    /** Bytes that a client may send before it has logged in. */
    static final int LOGIN_BYTES = 256 * 1024;

    /** The same for all of them together: what strangers can make the proxy keep. */
    static final int ALL_LOGIN_BYTES = 16 * 1024 * 1024;

    /** Packets that a client may send before it has logged in: no method needs nearly as many rounds. */
    static final int LOGIN_PACKETS = 64;

    /** Level up to which a client may make the proxy compress: beyond it a little less data costs a lot more time. */
    static final int ZSTD_LEVEL = 9;

    /** Packets that a server may send until it has said OK or ERR: more than there can be answers. */
    static final int SERVER_LOGIN_PACKETS = 2 * LOGIN_PACKETS;

    /** Longest packet of a server during a login, in bytes. */
    static final int SERVER_LOGIN_PACKET = 1024 * 1024;

    private volatile int maxConnections;
    private volatile Duration handshake;
    private volatile int maxHookPacket;

    /**
     * What holds at the start.
     *
     * @param maxConnections forwarded sessions at the same time
     * @param handshake from a client's connect to the end of its login; zero for ever
     * @param maxHookPacket bytes of a command that are kept for hooks
     */
    public Limits(int maxConnections, Duration handshake, int maxHookPacket) {
        maxConnections(maxConnections);
        handshake(handshake);
        maxHookPacket(maxHookPacket);
    }

    /** Forwarded sessions at the same time. */
    public int maxConnections() {
        return maxConnections;
    }

    /** Sets how many forwarded sessions there may be; those that are open stay. */
    public void maxConnections(int most) {
        require(most >= 1);
        maxConnections = most;
    }

    /** From a client's connect to the end of its login; zero for ever. */
    public Duration handshake() {
        return handshake;
    }

    /** Sets how long clients that connect from now on have. */
    public void handshake(Duration most) {
        require(!most.isNegative());
        handshake = most;
    }

    /** Bytes of a command that are kept for hooks. */
    public int maxHookPacket() {
        return maxHookPacket;
    }

    /** Sets how much of commands that begin from now on is kept. */
    public void maxHookPacket(int most) {
        require(most >= 1);
        maxHookPacket = most;
    }

    private static void require(boolean positive) {
        if (!positive) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
