package dev.mysqlproxy.it.matrix;

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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A server of the matrix: one that offers TLS, started at its first use and closed with the matrix. */
final class MatrixServer implements AutoCloseable {
    private final ServerSource source;
    private TestServer running;

    private MatrixServer(ServerSource source) {
        this.source = source;
    }

    /** One of each source on this machine. */
    static List<MatrixServer> all() {
        return Stream.concat(Servers.available().stream(), Servers.others().stream())
                .map(MatrixServer::new)
                .toList();
    }

    Kind kind() {
        return source.kind();
    }

    /** The methods of its accounts. */
    Set<AuthMethod> methods() {
        Set<AuthMethod> all = EnumSet.noneOf(AuthMethod.class);
        Arrays.stream(AuthMethod.values())
                .filter(method -> method.isOf(kind()))
                .filter(method -> method != AuthMethod.ED25519 || source.hasPlugin("auth_ed25519"))
                .forEach(all::add);
        return all;
    }

    Set<Compression> compressions() {
        return kind() == Kind.MYSQL ? EnumSet.allOf(Compression.class) : EnumSet.of(Compression.NONE, Compression.ZLIB);
    }

    int port() {
        return start().port();
    }

    /** Who signed its certificate: it did. */
    Path certificate() {
        return start().certificateAuthority().orElseThrow();
    }

    Path key() {
        return certificate().resolveSibling("key.pem");
    }

    private synchronized TestServer start() {
        if (running == null) {
            ServerOptions options = ServerOptions.defaults().withTls(ServerOptions.Tls.ON);
            if (methods().contains(AuthMethod.ED25519)) {
                options = options.withArguments("--plugin-load-add=auth_ed25519");
            }
            running = source.start(options);
            if (kind() == Kind.MYSQL) {
                execute("INSTALL COMPONENT 'file://component_query_attributes'");
            }
        }
        return running;
    }

    /** Makes the database and the accounts of a run anew, as {@link Target} describes them. */
    void prepare(String account, AuthMethod method) {
        String other = account + "b";
        String expired = account + "x";
        execute(
                "DROP DATABASE IF EXISTS " + account,
                "DROP USER IF EXISTS " + account + ", " + other + ", " + expired,
                "CREATE DATABASE " + account,
                "CREATE USER " + account + method.clause(),
                "CREATE USER " + other + method.clause(),
                "CREATE USER " + expired + method.clause() + " PASSWORD EXPIRE",
                "GRANT ALL PRIVILEGES ON " + account + ".* TO " + account,
                "GRANT ALL PRIVILEGES ON " + account + ".* TO " + other,
                "GRANT SELECT ON performance_schema.* TO " + account);
        if (kind() == Kind.MYSQL) {
            // mysqlimport sets a variable that not everybody may
            execute("GRANT SESSION_VARIABLES_ADMIN ON *.* TO " + account);
        }
    }

    void remove(String account) {
        execute(
                "DROP DATABASE IF EXISTS " + account,
                "DROP USER IF EXISTS " + account + ", " + account + "b, " + account + "x");
    }

    private void execute(String... statements) {
        try (Connection connection = start().openAdmin();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_log_bin = 0");
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new ServerException(this + " cannot prepare the matrix", e);
        }
    }

    @Override
    public synchronized void close() {
        if (running != null) {
            running.close();
        }
    }

    @Override
    public String toString() {
        return source.name().replaceAll(" \\(.*", "");
    }
}
