package dev.mysqlproxy.it.server;

/** Builds the JDBC URL by which root signs in to a server. */
final class AdminUrl {
    // A paused server must not hang its administrator for ever; waiting for a replica is the longest call.
    private static final String TIMEOUTS_MS = "connectTimeout=10000&socketTimeout=180000";

    private AdminUrl() {}

    static String of(TestServer server) {
        String address = "://" + server.host() + ":" + server.port() + "/" + Accounts.DATABASE;
        String credentials = "?user=" + server.rootUser() + "&password=" + server.rootPassword();
        return switch (server.kind()) {
            case MARIADB ->
                "jdbc:mariadb" + address + credentials + "&sslMode="
                        + (server.certificateAuthority().isPresent() ? "trust" : "disable") + "&" + TIMEOUTS_MS;
            // Without TLS caching_sha2_password asks for the server's public key, which Connector/J refuses by default.
            case MYSQL ->
                "jdbc:mysql" + address + credentials + "&sslMode=PREFERRED&allowPublicKeyRetrieval=true&" + TIMEOUTS_MS;
        };
    }
}
