package dev.mysqlproxy.plugin.admin.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTP/1.1 server for a few known pages. Each connection has a thread, and there is a limit to both. Slow
 * clients cannot keep others out: when all connections are taken, the one that has let the server wait longest makes
 * room.
 */
final class WebServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

    private static final int BACKLOG = 128;
    private static final int SWEEP_MILLIS = 500;
    private static final int PAUSE_MILLIS = 100;
    private static final int THREAD_SECONDS = 10;
    private static final int STACK_BYTES = 512 * 1024;
    private static final int STOP_SECONDS = 5;

    /** How long an answer may be on its way before its connection can be taken for a newcomer. */
    private static final Duration FAIR_SHARE = Duration.ofSeconds(2);

    /**
     * What clients may take up.
     *
     * @param connections at once
     * @param request for the head of a request, and for the first one to begin
     * @param idle between two requests of a connection
     * @param response from the request to the last byte of its answer
     */
    record Limits(int connections, Duration request, Duration idle, Duration response) {

        /** Those of the plugin. */
        static final Limits DEFAULT =
                new Limits(64, Duration.ofSeconds(5), Duration.ofSeconds(75), Duration.ofSeconds(20));
    }

    private final ServerSocket server;
    private final Handler handler;
    private final Limits limits;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads;
    private final Thread acceptor;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private WebServer(ServerSocket server, Handler handler, Limits limits) {
        this.server = server;
        this.handler = handler;
        this.limits = limits;
        // twice as many: those of connections that had to make room may take a moment to end
        this.threads = new ThreadPoolExecutor(
                0,
                2 * limits.connections(),
                THREAD_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                WebServer::thread);
        this.acceptor = thread(this::accept);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(null, task, "admin-http", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /** Begins to listen. */
    static WebServer open(InetSocketAddress address, Handler handler, Limits limits) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        WebServer opened = new WebServer(server, handler, limits);
        opened.acceptor.start();
        return opened;
    }

    /** Where it listens, with the port that it has got. */
    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** How many connections there are now. */
    int connections() {
        return connections.size();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                // without connections there is nothing to look after
                server.setSoTimeout(connections.isEmpty() ? 0 : SWEEP_MILLIS);
                admit(server.accept());
                sweep();
            } catch (SocketTimeoutException e) {
                sweep();
            } catch (IOException e) {
                if (pause()) {
                    return;
                }
                LOG.warn("cannot accept an HTTP connection: {}", e.getMessage());
            }
        }
    }

    /** After a failure such as a lack of file descriptors, which would only repeat itself; true when it is all over. */
    private boolean pause() {
        try {
            return stopping.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void admit(Socket socket) {
        Connection connection = new Connection(socket, handler, limits);
        if (connections.size() >= limits.connections() && !makeRoom()) {
            connection.close();
            return;
        }
        connections.add(connection);
        try {
            threads.execute(() -> {
                try {
                    connection.run();
                } finally {
                    connections.remove(connection);
                }
            });
        } catch (RejectedExecutionException e) {
            connections.remove(connection);
            connection.close();
        }
    }

    private boolean makeRoom() {
        long now = System.nanoTime();
        Optional<Connection> slowest = connections.stream()
                .filter(one -> one.state() != Connection.State.ANSWERING || now - one.since() > FAIR_SHARE.toNanos())
                .max(Comparator.comparingLong(one -> now - one.since()));
        slowest.ifPresent(this::drop);
        return slowest.isPresent();
    }

    private void drop(Connection connection) {
        connections.remove(connection);
        connection.close();
    }

    /** Reading has its own clock; writing has none. */
    private void sweep() {
        long now = System.nanoTime();
        for (Connection one : connections) {
            if (one.state() == Connection.State.ANSWERING
                    && now - one.since() > limits.response().toNanos()) {
                drop(one);
            }
        }
    }

    /** Ends all connections; returns when no thread is left. */
    @Override
    public void close() {
        stopping.countDown();
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing the HTTP server: {}", e.toString());
        }
        threads.shutdownNow();
        connections.forEach(Connection::close);
        try {
            acceptor.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("HTTP requests are still at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
