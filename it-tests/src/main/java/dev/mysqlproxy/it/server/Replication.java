package dev.mysqlproxy.it.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** GTID replication between two servers of one kind. */
public final class Replication {
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(60);

    private Replication() {}

    /**
     * Starts a server of {@code source} that replicates from {@code primary} and has caught up with it.
     *
     * @param host where the replica reaches the primary, with {@code port}: in containers not where this JVM does
     */
    static TestServer startReplica(
            ServerSource source, TestServer primary, String host, int port, ServerOptions options) {
        if (primary.kind() != source.kind()) {
            throw new IllegalArgumentException(source.name() + " cannot replicate from " + primary);
        }
        TestServer replica = source.start(options.withArguments("--read-only=ON"));
        try {
            AdminSql.execute(primary, allowReplication());
            AdminSql.execute(replica, follow(primary.kind(), host, port));
            awaitCaughtUp(primary, replica, FIRST_PATIENCE);
            return replica;
        } catch (RuntimeException | Error e) {
            replica.close();
            throw e;
        }
    }

    /** Returns once {@code replica} has everything that {@code primary} has logged at this moment. */
    public static void awaitCaughtUp(TestServer primary, TestServer replica, Duration patience) {
        String position = queryText(
                primary,
                switch (primary.kind()) {
                    case MYSQL -> "SELECT @@GLOBAL.gtid_executed";
                    case MARIADB -> "SELECT @@GLOBAL.gtid_binlog_pos";
                });
        String wait = switch (primary.kind()) {
            case MYSQL -> "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)";
            case MARIADB -> "SELECT MASTER_GTID_WAIT(?, ?)";
        };
        long seconds = Math.max(1, patience.toSeconds());
        try (Connection connection = replica.openAdmin();
                PreparedStatement statement = connection.prepareStatement(wait)) {
            statement.setString(1, position);
            statement.setLong(2, seconds);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next() || result.getInt(1) != 0) {
                    throw new ServerException(replica + " did not reach " + position + " of " + primary + " within "
                            + seconds + " s: " + troubles(connection, replica.kind()));
                }
            }
        } catch (SQLException e) {
            throw new ServerException("cannot wait for " + replica, e);
        }
    }

    private static List<String> allowReplication() {
        String user = "'" + Accounts.REPLICATION_USER + "'@'%'";
        return List.of(
                "CREATE USER IF NOT EXISTS " + user + " IDENTIFIED BY '" + Accounts.REPLICATION_PASSWORD + "'",
                "GRANT REPLICATION SLAVE ON *.* TO " + user);
    }

    private static List<String> follow(TestServer.Kind kind, String host, int port) {
        return switch (kind) {
            case MYSQL ->
                List.of(
                        "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '" + host + "', SOURCE_PORT = " + port
                                + ", SOURCE_USER = '" + Accounts.REPLICATION_USER
                                + "', SOURCE_PASSWORD = '" + Accounts.REPLICATION_PASSWORD
                                + "', SOURCE_AUTO_POSITION = 1, SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 86400"
                                + ", GET_SOURCE_PUBLIC_KEY = 1",
                        "START REPLICA");
            // From 11.3 a replica asks for a verified TLS connection unless it is told not to.
            case MARIADB ->
                List.of(
                        "CHANGE MASTER TO MASTER_HOST = '" + host + "', MASTER_PORT = " + port
                                + ", MASTER_USER = '" + Accounts.REPLICATION_USER
                                + "', MASTER_PASSWORD = '" + Accounts.REPLICATION_PASSWORD
                                + "', MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1, MASTER_SSL = 0",
                        "START SLAVE");
        };
    }

    private static String queryText(TestServer server, String query) {
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            if (!result.next()) {
                throw new ServerException(server + " answers nothing to " + query);
            }
            return result.getString(1);
        } catch (SQLException e) {
            throw new ServerException("cannot ask " + server + ": " + query, e);
        }
    }

    /** What the replica's status says about its threads and their errors. */
    private static String troubles(Connection connection, TestServer.Kind kind) throws SQLException {
        String query = kind == TestServer.Kind.MYSQL ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            ResultSetMetaData columns = result.getMetaData();
            while (result.next()) {
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    String name = columns.getColumnLabel(i);
                    if (name.endsWith("_Running") || name.endsWith("_Error")) {
                        found.add(name + "=" + result.getString(i));
                    }
                }
            }
        }
        return String.join(", ", found);
    }
}
