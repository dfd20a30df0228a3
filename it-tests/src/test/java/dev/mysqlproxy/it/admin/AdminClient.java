package dev.mysqlproxy.it.admin;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A driver's connection to the admin port. */
final class AdminClient implements AutoCloseable {

    /** Drivers with their defaults, but for what a test of one machine needs. */
    static final List<String> DRIVERS =
            List.of("jdbc:mysql://%s:%d/?sslMode=DISABLED&allowPublicKeyRetrieval=true", "jdbc:mariadb://%s:%d/?");

    private final Connection connection;

    private AdminClient(Connection connection) {
        this.connection = connection;
    }

    static AdminClient open(ProxyProcess proxy) throws SQLException {
        return open(proxy, DRIVERS.get(0), ProxyProcess.ADMIN_USER, ProxyProcess.ADMIN_PASSWORD);
    }

    static AdminClient open(ProxyProcess proxy, String url, String user, String password) throws SQLException {
        return new AdminClient(
                DriverManager.getConnection(url.formatted(ProxyProcess.HOST, proxy.adminPort()), user, password));
    }

    Connection connection() {
        return connection;
    }

    /** All rows, the values of each joined by bars. */
    List<String> rows(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows(rows);
        }
    }

    static List<String> rows(ResultSet rows) throws SQLException {
        List<String> all = new ArrayList<>();
        while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                row.add(rows.getString(column));
            }
            all.add(String.join("|", row.stream().map(String::valueOf).toList()));
        }
        return all;
    }

    String one(String sql) throws SQLException {
        List<String> rows = rows(sql);
        if (rows.size() != 1) {
            throw new AssertionError(sql + ": " + rows);
        }
        return rows.get(0);
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The error that a statement ends with: its number and text. */
    String error(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            return e.getErrorCode() + " " + e.getMessage();
        }
        throw new AssertionError(sql + " had no error");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
