package dev.mysqlproxy.it.matrix;

import dev.mysqlproxy.it.server.TestServer.Kind;
import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Logins of the JDBC drivers, with other settings than the usual ones. */
final class JdbcLogins {
    private final JdbcClient client;
    private final Target target;
    private final JdbcFeatures features;

    JdbcLogins(JdbcClient client, Target target, Lines lines) {
        this.client = client;
        this.target = target;
        this.features = new JdbcFeatures(client, target, lines);
    }

    void run() {
        Map<String, Map<String, String>> logins = new LinkedHashMap<>();
        logins.put("wrong password", Map.of("password", "wrong"));
        logins.put("unknown user", Map.of("user", "nobody_here"));
        logins.put("unknown database", Map.of("database", "there_is_no_such_database"));
        logins.put("no database", Map.of("database", ""));
        logins.put("other user", Map.of("user", target.other()));
        logins.put("no several statements", Map.of("allowMultiQueries", "false"));
        logins.put("affected rows", Map.of("useAffectedRows", "true"));
        logins.put("session variables", Map.of("sessionVariables", "time_zone='+01:00'"));
        if (client.isOfMySql()) {
            logins.put("latin1", Map.of("characterEncoding", "ISO-8859-1"));
            logins.put("client statements", Map.of("useServerPrepStmts", "false"));
            logins.put("session tracking", Map.of("trackSessionState", "true"));
        } else {
            logins.put("pipelining", Map.of("useServerPrepStmts", "false", "disablePipeline", "false"));
            logins.put("no pipelining", Map.of("disablePipeline", "true"));
        }
        logins.forEach((feature, more) -> features.attempt(feature, () -> {
            try (Connection connection = client.open(target, more)) {
                features.query(connection, feature, "SELECT CURRENT_USER(), DATABASE(), @@time_zone, 'äöü', HEX('ä')");
                features.query(connection, feature, "SELECT 1; SELECT 2");
                features.query(connection, feature, "UPDATE " + target.account() + ".t_bulk SET s = 's' WHERE id < 3");
            }
        }));
        expired();
    }

    private void expired() {
        String feature = "expired password";
        Map<String, String> more = new LinkedHashMap<>();
        more.put("user", target.expired());
        more.put("database", "");
        if (client.isOfMySql()) {
            more.put("disconnectOnExpiredPasswords", "false");
        }
        features.attempt(feature, () -> {
            try (Connection connection = client.open(target, more)) {
                features.query(connection, feature, "SELECT 1");
                String renewal = target.kind() == Kind.MYSQL ? "'Renewed-1'" : "PASSWORD('Renewed-1')";
                features.query(connection, feature, "SET PASSWORD = " + renewal);
                features.query(connection, feature, "SELECT 1");
            }
        });
    }
}
