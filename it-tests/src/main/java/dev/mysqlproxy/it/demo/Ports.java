package dev.mysqlproxy.it.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Where the proxy and its admin listener are: 4040 and 4041, or the next two neighbours that nobody listens on.
 *
 * @param proxy for applications
 * @param admin for operators
 */
record Ports(int proxy, int admin) {
    private static final int USUAL = 4040;
    private static final int ATTEMPTS = 100;

    /** Says so when they are not the usual ones. */
    static Ports choose(PrintStream out) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Ports ports = new Ports(USUAL + 2 * attempt, USUAL + 2 * attempt + 1);
            if (isFree(ports.proxy) && isFree(ports.admin)) {
                if (attempt > 0) {
                    out.println("Port 4040 or 4041 is taken: using " + ports.proxy + " and " + ports.admin);
                }
                return ports;
            }
        }
        throw new DemoException("no free ports from " + USUAL + " to " + (USUAL + 2 * ATTEMPTS - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
