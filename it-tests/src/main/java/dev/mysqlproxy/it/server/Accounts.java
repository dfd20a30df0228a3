package dev.mysqlproxy.it.server;

import java.util.ArrayList;
import java.util.List;

/**
 * The accounts and the database that every server starts with. They are made outside the binary log, so that a primary
 * and its replica have them independently.
 */
public final class Accounts {
    /** The administrator, with all privileges, from 127.0.0.1 and through the socket. */
    public static final String ROOT_USER = "root";

    public static final String ROOT_PASSWORD = "root-secret";

    /** The application's user, with all privileges on {@link #DATABASE}, from anywhere. */
    public static final String APP_USER = "app";

    public static final String APP_PASSWORD = "app-secret";

    /** An empty database. */
    public static final String DATABASE = "test";

    static final String REPLICATION_USER = "repl";
    static final String REPLICATION_PASSWORD = "repl-secret";

    private Accounts() {}

    static List<String> rootStatements(TestServer.Kind kind) {
        List<String> statements = new ArrayList<>(List.of(
                "CREATE USER IF NOT EXISTS 'root'@'localhost'",
                "ALTER USER 'root'@'localhost' IDENTIFIED BY '" + ROOT_PASSWORD + "'",
                "CREATE USER IF NOT EXISTS 'root'@'127.0.0.1'",
                "ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '" + ROOT_PASSWORD + "'",
                "GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION"));
        // MariaDB's init thread may not grant this one; there only root@localhost has it, from the start.
        if (kind == TestServer.Kind.MYSQL) {
            statements.add("GRANT PROXY ON ''@'' TO 'root'@'127.0.0.1' WITH GRANT OPTION");
        }
        return statements;
    }

    static List<String> appStatements() {
        return List.of(
                "CREATE DATABASE IF NOT EXISTS " + DATABASE,
                "CREATE USER IF NOT EXISTS '" + APP_USER + "'@'%' IDENTIFIED BY '" + APP_PASSWORD + "'",
                "GRANT ALL PRIVILEGES ON " + DATABASE + ".* TO '" + APP_USER + "'@'%'");
    }
}
