package dev.mysqlproxy.it.server;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.mysql.MySQLContainer;

/**
 * A server in a container of its own. Testcontainers starts it first and removes it in the end, also when this JVM is
 * killed; in between the engine is told directly, as Testcontainers knows no restart that keeps the data.
 */
final class DockerServer implements TestServer {
    /** The port inside the container. */
    static final int PORT = 3306;

    private static final String HOST = "127.0.0.1";
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(2);
    private static final int STOP_SECONDS = 30;
    private static final int LONGEST_LOG = 4000;

    private final MySQLContainer container;
    private final String alias;
    private final int port;
    private final Optional<Path> certificateAuthority;
    private final ServerOptions options;
    private String version = "(not started)";

    DockerServer(
            MySQLContainer container,
            String alias,
            int port,
            Optional<Path> certificateAuthority,
            ServerOptions options) {
        this.container = container;
        this.alias = alias;
        this.port = port;
        this.certificateAuthority = certificateAuthority;
        this.options = options;
    }

    /** The name under which other containers reach this one. */
    String alias() {
        return alias;
    }

    synchronized void firstStart() {
        try {
            container.start();
        } catch (ContainerLaunchException e) {
            throw new ServerException("the container did not start; its log ends with:\n" + logTail(), e);
        }
        version = awaitGreeting();
        List<String> statements = new ArrayList<>();
        statements.add("SET sql_log_bin = 0");
        statements.addAll(Accounts.appStatements());
        statements.addAll(options.initSql());
        // The image logs the making of its database, which would clash with the replica's own.
        statements.add("RESET BINARY LOGS AND GTIDS");
        AdminSql.execute(this, statements);
    }

    private String awaitGreeting() {
        long deadline = System.nanoTime() + options.startTimeout().toNanos();
        while (System.nanoTime() < deadline) {
            try {
                return Greeting.readVersion(HOST, port, PROBE_PATIENCE);
            } catch (IOException notYet) {
                pauseBriefly();
            }
        }
        throw new ServerException(
                "no answer within " + options.startTimeout() + "; the container's log ends with:\n" + logTail());
    }

    private static void pauseBriefly() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            throw ServerException.interrupted("waiting for a container");
        }
    }

    private String logTail() {
        if (container.getContainerId() == null) {
            return "(no container)";
        }
        String all = container.getLogs();
        return all.substring(Math.max(0, all.length() - LONGEST_LOG));
    }

    @Override
    public Kind kind() {
        return Kind.MYSQL;
    }

    @Override
    public synchronized String version() {
        return version;
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Optional<Path> socketPath() {
        return Optional.empty();
    }

    @Override
    public Optional<Path> certificateAuthority() {
        return certificateAuthority;
    }

    @Override
    public boolean isRunning() {
        return Boolean.TRUE.equals(state().getRunning());
    }

    private InspectContainerResponse.ContainerState state() {
        return engine().inspectContainerCmd(container.getContainerId()).exec().getState();
    }

    private DockerClient engine() {
        return container.getDockerClient();
    }

    @Override
    public synchronized void kill() {
        if (isRunning()) {
            resume();
            engine().killContainerCmd(container.getContainerId()).exec();
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(STOP_SECONDS).toNanos();
        while (isRunning()) {
            if (System.nanoTime() > deadline) {
                throw new ServerException("container " + container.getContainerId() + " survives being killed");
            }
            pauseBriefly();
        }
    }

    @Override
    public synchronized void restart() {
        if (isRunning()) {
            resume();
            engine().stopContainerCmd(container.getContainerId())
                    .withTimeout(STOP_SECONDS)
                    .exec();
        }
        engine().startContainerCmd(container.getContainerId()).exec();
        version = awaitGreeting();
    }

    @Override
    public synchronized void pause() {
        if (!Boolean.TRUE.equals(state().getPaused())) {
            engine().pauseContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public synchronized void resume() {
        if (Boolean.TRUE.equals(state().getPaused())) {
            engine().unpauseContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public synchronized void close() {
        container.stop();
    }

    @Override
    public String toString() {
        return version + " in a container, on " + HOST + ":" + port;
    }
}
