package dev.mysqlproxy.it.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Runs statements as root. */
final class AdminSql {
    private AdminSql() {}

    /** Runs the statements in order on one connection; the first that fails ends it. */
    static void execute(TestServer server, List<String> statements) {
        String current = "(connecting)";
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                current = sql;
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new ServerException(server + " fails at: " + current, e);
        }
    }
}
