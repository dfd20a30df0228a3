package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks whether a Docker engine of this machine answers, in at most two seconds: Testcontainers itself takes much longer
 * to find that there is none. Engines elsewhere do not count, as every server here listens on 127.0.0.1.
 */
final class DockerEngine {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String PING = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";

    private DockerEngine() {}

    /** Why no engine can be used; empty when one can. */
    static Optional<String> whyNot() {
        String configured = System.getenv("DOCKER_HOST");
        if (configured != null && !configured.isBlank() && !configured.startsWith("unix://")) {
            return Optional.of("DOCKER_HOST is not a socket of this machine");
        }
        List<String> tried = new ArrayList<>();
        for (Path socket : sockets(configured)) {
            if (Files.exists(socket)) {
                if (answers(socket)) {
                    return Optional.empty();
                }
                tried.add(socket.toString());
            }
        }
        return Optional.of(tried.isEmpty() ? "no Docker engine" : "no Docker engine answers on " + tried);
    }

    private static List<Path> sockets(String configured) {
        if (configured != null && !configured.isBlank()) {
            return List.of(Path.of(configured.substring("unix://".length())));
        }
        List<Path> usual = new ArrayList<>(List.of(Path.of("/var/run/docker.sock")));
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null && !runtime.isBlank()) {
            usual.add(Path.of(runtime, "docker.sock"));
        }
        Path home = Path.of(System.getProperty("user.home"), ".docker");
        usual.add(home.resolve("run").resolve("docker.sock"));
        usual.add(home.resolve("desktop").resolve("docker.sock"));
        return usual;
    }

    static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(PING.getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            if (selector.select(PATIENCE.toMillis()) == 0) {
                return false;
            }
            ByteBuffer answer = ByteBuffer.allocate(64);
            channel.read(answer);
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII).contains(" 200 ");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
