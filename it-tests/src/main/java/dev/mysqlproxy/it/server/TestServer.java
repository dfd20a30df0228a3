package dev.mysqlproxy.it.server;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A running server that belongs to whoever started it.
 *
 * <p>Address, port and accounts stay the same over {@link #kill()} and {@link #restart()}. Committed data survives
 * both (not a crash of the machine: nothing waits for the disk).
 */
public interface TestServer extends AutoCloseable {

    /** Whose server it is. */
    enum Kind {
        MYSQL,
        MARIADB
    }

    Kind kind();

    /** The version as the server announces it in its handshake, such as {@code 9.4.0} or {@code 11.4.5-MariaDB-log}. */
    String version();

    /** The address to connect to, always a loopback one. */
    String host();

    /** The TCP port to connect to. */
    int port();

    /** The server's Unix domain socket, when this machine can reach it. */
    Optional<Path> socketPath();

    /** PEM file of the certificate authority that signed the server's certificate, when it was started with TLS. */
    Optional<Path> certificateAuthority();

    default String rootUser() {
        return Accounts.ROOT_USER;
    }

    default String rootPassword() {
        return Accounts.ROOT_PASSWORD;
    }

    /** A JDBC URL that signs in as root, with database {@code test}; nothing needs to be added to it. */
    default String adminJdbcUrl() {
        return AdminUrl.of(this);
    }

    /** Opens a connection as root; the caller closes it. */
    default Connection openAdmin() throws SQLException {
        return DriverManager.getConnection(adminJdbcUrl());
    }

    /** Whether the server's process (or container) runs; a paused one does. */
    boolean isRunning();

    /** Ends the server as {@code kill -9} does and returns once it is gone; {@link #restart()} brings it back. */
    void kill();

    /**
     * Stops the server cleanly if it runs, starts it on the same port and data, and returns once it answers. MySQL
     * takes about ten seconds to stop while a replica is connected: {@link #kill()} first if a clean end is no matter.
     */
    void restart();

    /** Freezes the server: connections stay open, and the kernel still accepts new ones, but nothing answers. */
    void pause();

    /** Undoes {@link #pause()}. */
    void resume();

    /** Ends the server, paused or not, and removes its data; further calls do nothing. */
    @Override
    void close();
}
