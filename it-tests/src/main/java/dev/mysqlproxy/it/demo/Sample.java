package dev.mysqlproxy.it.demo;

import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.Replication;
import dev.mysqlproxy.it.server.TestServer;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** A few statements through the proxy and to the proxy, shown with their answers, and whether these are right. */
final class Sample {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<List<String>> PLANETS = List.of(List.of("1", "Mercury"), List.of("2", "Venus"));

    private final PrintStream out;
    private final Ports ports;
    private final TestServer primary;
    private final TestServer replica;
    private boolean good = true;

    Sample(PrintStream out, Ports ports, TestServer primary, TestServer replica) {
        this.out = out;
        this.ports = ports;
        this.primary = primary;
        this.replica = replica;
    }

    /** Whether every answer was the right one. */
    boolean run() throws SQLException {
        String database = Accounts.DATABASE;
        String admin = ports.admin() + "> ";
        out.println("\nThe proxy, before it has met a client:");
        try (Connection connection = open(ports.admin(), "", ProxyProcess.ADMIN_USER, ProxyProcess.ADMIN_PASSWORD)) {
            expect(query(connection, admin, "SELECT * FROM backends").withoutLast(), backends("unknown"));
        }
        out.println("\nAn application, through the proxy:");
        String prompt = ports.proxy() + "> ";
        try (Connection connection = open(ports.proxy(), database, Accounts.APP_USER, Accounts.APP_PASSWORD)) {
            update(connection, prompt, "CREATE TABLE planets (id INT PRIMARY KEY, name VARCHAR(20))");
            update(connection, prompt, "INSERT INTO planets VALUES (1, 'Mercury'), (2, 'Venus')");
            expect(
                    query(connection, prompt, "SELECT * FROM planets ORDER BY id")
                            .rows(),
                    PLANETS);
            expect(
                    query(connection, prompt, "SELECT VERSION() AS version, @@port AS server_that_answered")
                            .rows(),
                    List.of(List.of(primary.version(), Integer.toString(primary.port()))));
        }
        out.println("\nThe same rows on the replica, asked directly:");
        Replication.awaitCaughtUp(primary, replica, PATIENCE);
        try (Connection connection = open(replica.port(), database, Accounts.APP_USER, Accounts.APP_PASSWORD)) {
            expect(
                    query(connection, replica.port() + "> ", "SELECT * FROM planets ORDER BY id")
                            .rows(),
                    PLANETS);
        }
        out.println("\nThe proxy, afterwards:");
        try (Connection connection = open(ports.admin(), "", ProxyProcess.ADMIN_USER, ProxyProcess.ADMIN_PASSWORD)) {
            expect(query(connection, admin, "SELECT * FROM backends").withoutLast(), backends("up"));
        }
        return good;
    }

    /**
     * All but the count of clients, from which the last one may not have gone yet. Without a script only the primary is
     * chosen, so of the replica the proxy learns nothing.
     */
    private List<List<String>> backends(String stateOfPrimary) {
        return List.of(
                List.of("1", primary.host() + ":" + primary.port(), stateOfPrimary, "rw", "NULL"),
                List.of("2", replica.host() + ":" + replica.port(), "unknown", "ro", "NULL"));
    }

    private static Connection open(int port, String database, String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?sslMode=disable&connectTimeout=10000"
                        + "&socketTimeout=30000",
                user,
                password);
    }

    private void update(Connection connection, String prompt, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            out.println(prompt + sql);
            out.println("OK, " + statement.executeUpdate(sql) + " rows affected");
        }
    }

    private TextTable query(Connection connection, String prompt, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            out.println(prompt + sql);
            TextTable table = TextTable.of(statement.executeQuery(sql));
            table.print(out);
            return table;
        }
    }

    private void expect(List<List<String>> found, List<List<String>> wanted) {
        if (!found.equals(wanted)) {
            good = false;
            out.println("wrong: this should be " + wanted);
        }
    }
}
