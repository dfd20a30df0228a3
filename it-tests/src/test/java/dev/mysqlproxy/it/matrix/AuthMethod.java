package dev.mysqlproxy.it.matrix;

import dev.mysqlproxy.it.server.TestServer.Kind;

/** How the account of a run proves itself. */
enum AuthMethod {
    /** The account is new, so that its first login shows the whole password. */
    CACHING_SHA2_COLD("caching_sha2_password", true),
    /** The account has signed in before. */
    CACHING_SHA2_WARM("caching_sha2_password", true),
    SHA256("sha256_password", true),
    NATIVE("mysql_native_password", false),
    ED25519("ed25519", false),
    /** No password, of the server's usual method. */
    EMPTY("", false);

    private static final String PASSWORD = "Matrix-1";

    private final String method;
    private final boolean ofMySql;

    AuthMethod(String method, boolean ofMySql) {
        this.method = method;
        this.ofMySql = ofMySql;
    }

    boolean isOf(Kind kind) {
        return this == EMPTY || ofMySql == (kind == Kind.MYSQL);
    }

    String password() {
        return this == EMPTY ? "" : PASSWORD;
    }

    /** What follows the name in CREATE USER. */
    String clause() {
        if (this == EMPTY) {
            return "";
        }
        return ofMySql
                ? " IDENTIFIED WITH " + method + " BY '" + PASSWORD + "'"
                : " IDENTIFIED VIA " + method + " USING PASSWORD('" + PASSWORD + "')";
    }
}
