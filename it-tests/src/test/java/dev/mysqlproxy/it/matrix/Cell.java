package dev.mysqlproxy.it.matrix;

import java.util.List;
import java.util.Locale;

/**
 * One combination of the matrix.
 *
 * @param clientTls whether the client speaks TLS
 * @param clientCompression between client and proxy, and without the proxy
 * @param serverCompression between proxy and server
 */
record Cell(
        MatrixClient client,
        MatrixServer server,
        boolean clientTls,
        Compression clientCompression,
        ServerTls serverTls,
        Compression serverCompression,
        AuthMethod method) {

    /** Whether its client and its server can meet in this way without the proxy. */
    boolean isPossible() {
        return client.compressions().contains(clientCompression)
                && server.compressions().contains(clientCompression)
                && server.compressions().contains(serverCompression)
                && client.methods().contains(method)
                && (clientTls || !client.methodsOverTls().contains(method))
                && server.methods().contains(method);
    }

    /** Whether somebody who listens on both hops can read what is said. */
    boolean isReadable() {
        return !clientTls
                && clientCompression == Compression.NONE
                && serverTls == ServerTls.PLAIN
                && serverCompression == Compression.NONE;
    }

    /** The value of each dimension. */
    List<Object> values() {
        return List.of(client, server, clientTls, clientCompression, serverTls, serverCompression, method);
    }

    /** The same without the client. */
    List<Object> settings() {
        return List.of(server, clientTls, clientCompression, serverTls, serverCompression, method);
    }

    @Override
    public String toString() {
        return client.title() + " -" + (clientTls ? "tls-" : "") + clientCompression.word() + "-> proxy -"
                + serverTls.name().toLowerCase(Locale.ROOT) + "-" + serverCompression.word() + "-> " + server
                + ", " + method.name().toLowerCase(Locale.ROOT);
    }
}
