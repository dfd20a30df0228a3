package dev.mysqlproxy.it.proxy;

import dev.mysqlproxy.it.server.ServerException;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One running server of each kind for all tests of this JVM that leave servers as they found them. They end with the
 * JVM.
 */
public final class SharedServers {
    /** An account of the native method, where the server has that. */
    public static final String NATIVE_USER = "it_native";

    /** An account of the method that asks for the server's key each time; MySQL's only. */
    public static final String SHA256_USER = "it_sha256";

    /** An account of MySQL's usual method, whose password the server has in its cache after the first login. */
    public static final String CACHING_USER = "it_caching";

    public static final String PASSWORD = "it-secret";

    private static final Map<ServerSource, TestServer> RUNNING = new LinkedHashMap<>();

    private SharedServers() {}

    /** One of each kind, started if need be. */
    public static List<TestServer> all() {
        return Servers.available().stream().map(SharedServers::of).toList();
    }

    /** The server of the preferred kind. */
    public static TestServer preferred() {
        return of(Servers.preferred());
    }

    /** The server of this kind, which has to be available. */
    public static TestServer of(TestServer.Kind kind) {
        return of(Servers.of(kind).orElseThrow());
    }

    /** The server of this kind and place. */
    public static synchronized TestServer of(ServerSource source) {
        return RUNNING.computeIfAbsent(source, SharedServers::start);
    }

    private static TestServer start(ServerSource source) {
        TestServer server = source.start();
        List<String> statements = new ArrayList<>(List.of("SET sql_log_bin = 0"));
        if (server.kind() == TestServer.Kind.MYSQL) {
            statements.addAll(account(SHA256_USER, "sha256_password"));
            statements.addAll(account(CACHING_USER, "caching_sha2_password"));
            statements.add("INSTALL COMPONENT 'file://component_query_attributes'");
        } else {
            statements.addAll(account(NATIVE_USER, "mysql_native_password"));
        }
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            server.close();
            throw new ServerException("the accounts of the tests cannot be made on " + server, e);
        }
        return server;
    }

    private static List<String> account(String user, String method) {
        boolean ofMariaDb = method.equals("mysql_native_password");
        return List.of(
                "CREATE USER " + user + "@'%' IDENTIFIED "
                        + (ofMariaDb ? "VIA " + method + " USING PASSWORD('" : "WITH " + method + " BY '") + PASSWORD
                        + (ofMariaDb ? "')" : "'"),
                "GRANT ALL PRIVILEGES ON test.* TO " + user + "@'%'");
    }
}
