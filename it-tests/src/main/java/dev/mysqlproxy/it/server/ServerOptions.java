package dev.mysqlproxy.it.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a server is to be started.
 *
 * @param tls whether it offers TLS
 * @param arguments further arguments for the server program, which win over the usual ones
 * @param initSql statements (one line each, no semicolon) run once as root before the server answers, not logged
 * @param startTimeout how long a start may take before it counts as failed
 */
public record ServerOptions(Tls tls, List<String> arguments, List<String> initSql, Duration startTimeout) {

    /** Whether a server offers TLS. */
    public enum Tls {
        /** On for MySQL, off for MariaDB: what their users mostly meet. */
        AS_USUAL,
        ON,
        OFF
    }

    private static final ServerOptions DEFAULTS =
            new ServerOptions(Tls.AS_USUAL, List.of(), List.of(), Duration.ofSeconds(60));

    public ServerOptions {
        arguments = List.copyOf(arguments);
        initSql = List.copyOf(initSql);
        if (startTimeout.isNegative() || startTimeout.isZero()) {
            throw new IllegalArgumentException("startTimeout must be positive, not " + startTimeout);
        }
        for (String statement : initSql) {
            if (statement.contains("\n")) {
                throw new IllegalArgumentException("an init statement must be on one line: " + statement);
            }
        }
    }

    public static ServerOptions defaults() {
        return DEFAULTS;
    }

    public ServerOptions withTls(Tls value) {
        return new ServerOptions(value, arguments, initSql, startTimeout);
    }

    /** Adds arguments to those there are. */
    public ServerOptions withArguments(String... more) {
        return new ServerOptions(tls, appended(arguments, more), initSql, startTimeout);
    }

    /** Adds statements to those there are. */
    public ServerOptions withInitSql(String... more) {
        return new ServerOptions(tls, arguments, appended(initSql, more), startTimeout);
    }

    public ServerOptions withStartTimeout(Duration value) {
        return new ServerOptions(tls, arguments, initSql, value);
    }

    boolean offersTls(TestServer.Kind kind) {
        return switch (tls) {
            case ON -> true;
            case OFF -> false;
            case AS_USUAL -> kind == TestServer.Kind.MYSQL;
        };
    }

    private static List<String> appended(List<String> first, String... more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(more));
        return all;
    }
}
