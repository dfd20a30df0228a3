package dev.mysqlproxy.it.matrix;

import dev.mysqlproxy.it.server.TestServer.Kind;
import java.util.List;
import java.util.function.Predicate;

/** Where a client sees another result through the proxy, and why that is right. */
final class KnownDifferences {
    private static final String MYSQLND_LOSES_IT = "mysqlnd leaves the order of packets when it changes the user with"
            + " sha256_password in plain text; the server ends the connection, as the proxy does, and the driver"
            + " sometimes notices in the call and sometimes at the next one";

    private static final String NAMES_SOME_PLUGIN =
            "to a user that it does not know a MariaDB server names the plugin of"
                    + " another account, which one depends on how many there are at that time; a client without that plugin"
                    + " says so before it is refused";

    private static final List<Known> ALL = List.of(
            new Known(KnownDifferences::mysqlndSha256, "change user", MYSQLND_LOSES_IT),
            new Known(KnownDifferences::mysqlndSha256, "change user refused", MYSQLND_LOSES_IT),
            new Known(KnownDifferences::lacksPluginsOfMariaDb, "unknown user", NAMES_SOME_PLUGIN));

    private KnownDifferences() {}

    private static boolean mysqlndSha256(Cell cell) {
        return cell.client().title().equals("PHP") && cell.method() == AuthMethod.SHA256 && !cell.clientTls();
    }

    private static boolean lacksPluginsOfMariaDb(Cell cell) {
        return cell.server().kind() != Kind.MYSQL && !cell.client().methods().contains(AuthMethod.ED25519);
    }

    /**
     * One difference.
     *
     * @param where cells that have it
     * @param feature the feature whose lines differ
     * @param reason why
     */
    private record Known(Predicate<Cell> where, String feature, String reason) {
        Known {
            if (reason.isBlank()) {
                throw new IllegalArgumentException("a difference needs a reason: " + feature);
            }
        }
    }

    /** Whether the feature's lines may differ in this cell. */
    static boolean allow(Cell cell, String feature) {
        return ALL.stream()
                .anyMatch(known ->
                        known.feature().equals(feature) && known.where().test(cell));
    }
}
