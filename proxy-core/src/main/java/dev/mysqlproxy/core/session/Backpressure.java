package dev.mysqlproxy.core.session;

import io.netty.channel.Channel;

/**
 * A side is read only while the other takes what comes from it. Remembers what it last told each channel, so that
 * nothing is touched without a change. On the session's event loop.
 */
final class Backpressure {

    private final Channel client;
    private boolean clientHeld;
    private boolean clientReads = true;
    private boolean backendReads = true;

    Backpressure(Channel client) {
        this.client = client;
    }

    /** The session has another server connection, which reads. */
    void newBackend() {
        backendReads = true;
    }

    /** Whether the phase wants no more of the client's bytes for now; true when that is news. */
    boolean hold(boolean hold) {
        boolean changed = clientHeld != hold;
        clientHeld = hold;
        return changed;
    }

    /**
     * Looks at both sides again.
     *
     * @param link may be null
     * @return whether both sides take what is written to them
     */
    boolean update(BackendLink link) {
        // without a server it is the client's own answers that pile up when it does not read
        boolean backendTakes =
                link == null ? client.isWritable() : link.channel().isWritable();
        boolean readClient = !clientHeld && backendTakes;
        if (readClient != clientReads) {
            clientReads = readClient;
            client.config().setAutoRead(readClient);
        }
        boolean clientTakes = client.isWritable();
        if (link != null && clientTakes != backendReads) {
            backendReads = clientTakes;
            link.channel().config().setAutoRead(clientTakes);
        }
        return clientTakes && backendTakes;
    }
}
