package dev.mysqlproxy.it.matrix;

import dev.mysqlproxy.it.server.TestServer.Kind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a client is to connect to, and how.
 *
 * @param account the name of user and database; {@code <account>b} is a second user, {@code <account>x} one whose
 *     password is expired
 * @param ca PEM file of the authority that signed the certificate of whoever listens
 * @param bigBytes how long the longest values are to be
 */
record Target(
        Kind kind,
        int port,
        String account,
        String password,
        boolean tls,
        Compression compression,
        Path ca,
        int bigBytes) {

    static final String HOST = "127.0.0.1";

    String other() {
        return account + "b";
    }

    String expired() {
        return account + "x";
    }

    /** As the programs expect it. */
    Map<String, String> environment() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("MATRIX_HOST", HOST);
        all.put("MATRIX_PORT", "" + port);
        all.put("MATRIX_USER", account);
        all.put("MATRIX_PASSWORD", password);
        all.put("MATRIX_DATABASE", account);
        all.put("MATRIX_TLS", tls ? "1" : "0");
        all.put("MATRIX_CA", ca.toString());
        all.put("MATRIX_COMPRESS", compression.word());
        all.put("MATRIX_SERVER", kind == Kind.MYSQL ? "mysql" : "mariadb");
        all.put("MATRIX_FEATURES", Features.file().toString());
        all.put("MATRIX_ROWS", Features.rows().toString());
        all.put("MATRIX_BIG", "" + bigBytes);
        return all;
    }
}
