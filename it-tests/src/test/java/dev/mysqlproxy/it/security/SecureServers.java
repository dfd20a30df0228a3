package dev.mysqlproxy.it.security;

import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.server.ServerException;
import dev.mysqlproxy.it.server.ServerOptions;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** Servers that offer TLS: MySQL's is the shared one, MariaDB's has to be made for it. They end with the JVM. */
final class SecureServers {
    private static TestServer mariaDb;

    private SecureServers() {}

    /** One of each kind. */
    static List<TestServer> all() {
        return Servers.available().stream().map(SecureServers::of).toList();
    }

    static List<Kind> kinds() {
        return Servers.available().stream().map(ServerSource::kind).toList();
    }

    static TestServer preferred() {
        return of(Servers.preferred());
    }

    static TestServer of(Kind kind) {
        return of(Servers.of(kind).orElseThrow());
    }

    private static synchronized TestServer of(ServerSource source) {
        if (source.kind() == Kind.MYSQL) {
            return SharedServers.of(source);
        }
        if (mariaDb == null) {
            Certificates.Pair own = Certificates.get().localhost();
            mariaDb = source.start(ServerOptions.defaults()
                    .withTls(ServerOptions.Tls.ON)
                    .withArguments(own.options("ssl"))
                    .withArguments("--ssl-ca=" + Certificates.get().ca()));
        }
        return mariaDb;
    }

    /** A server without TLS, where there is one. */
    static Optional<TestServer> plain() {
        return Servers.of(Kind.MARIADB).map(SharedServers::of);
    }

    /** PEM file of the authority of a server's certificate. */
    static Path ca(TestServer server) {
        return server.kind() == Kind.MYSQL
                ? server.certificateAuthority().orElseThrow()
                : Certificates.get().ca();
    }

    /** Runs statements as root, out of the binary log. */
    static void execute(TestServer server, String... statements) {
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_log_bin = 0");
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new ServerException("a statement of the tests fails on " + server, e);
        }
    }
}
