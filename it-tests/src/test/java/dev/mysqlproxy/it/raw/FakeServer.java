package dev.mysqlproxy.it.raw;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A server that says what a test wants it to say, however wrong. Each connection has a thread of its own. */
public final class FakeServer implements Closeable {
    public static final String VERSION = "9.9.9-fake";

    private static final int OLDEST_STATUS = 2;

    private final ServerSocket socket;
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    private FakeServer(ServerSocket socket) {
        this.socket = socket;
    }

    /** Starts one whose part in each connection is {@code script}; the connection is closed after it. */
    public static FakeServer saying(Consumer<Wire> script) {
        try {
            FakeServer server = new FakeServer(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
            Thread acceptor = new Thread(() -> server.accept(script), "fake-server");
            acceptor.setDaemon(true);
            acceptor.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(Consumer<Wire> script) {
        while (!socket.isClosed()) {
            try {
                Socket accepted = socket.accept();
                Wire wire = new Wire(accepted);
                wires.add(wire);
                connections.incrementAndGet();
                Thread thread = new Thread(() -> serve(wire, script), "fake-server-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Wire wire, Consumer<Wire> script) {
        try (wire) {
            script.accept(wire);
        } catch (UncheckedIOException e) {
            // the proxy has had enough of it
        } finally {
            wires.remove(wire);
        }
    }

    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Connections so far. */
    public int connections() {
        return connections.get();
    }

    /** A greeting that nobody can object to. */
    public static byte[] greeting() {
        return greeting(VERSION);
    }

    /** A greeting with this version. */
    public static byte[] greeting(String version) {
        long capabilities = Flags.MODERN;
        return new Bytes()
                .bytes(10)
                .textZero(version)
                .number(4, 77)
                .text("12345678")
                .bytes(0)
                .number(2, capabilities)
                .bytes(45)
                .number(2, OLDEST_STATUS)
                .number(2, capabilities >>> 16)
                .bytes(21)
                .raw(new byte[10])
                .text("901234567890")
                .bytes(0)
                .textZero("mysql_native_password")
                .get();
    }

    /** An OK without anything special. */
    public static byte[] ok() {
        return new Bytes().bytes(0, 0, 0).number(2, OLDEST_STATUS).number(2, 0).get();
    }

    /** Greets and lets anybody in. */
    public static void login(Wire wire) {
        wire.write(0, greeting());
        wire.read();
        wire.write(2, ok());
    }

    /** Waits until the other side closes. */
    public static void linger(Wire wire) {
        wire.readToEnd();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        wires.forEach(Wire::reset);
    }
}
