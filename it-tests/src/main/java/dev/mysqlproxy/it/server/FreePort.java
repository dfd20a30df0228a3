package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Finds a TCP port that nobody listens on.
 *
 * <p>The port is free again when the method returns, so somebody else may take it first: whoever uses it must be ready
 * to try another. Linux hands out odd ports to listeners and even ones to outgoing connections while it has both, so a
 * client rarely takes the port of a server that is down for a moment.
 */
final class FreePort {
    private FreePort() {}

    static int onLoopback() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on 127.0.0.1", e);
        }
    }
}
