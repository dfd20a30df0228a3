package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.message.ErrPacket;

/** What the proxy tells a client that it cannot let in. */
final class AuthErrors {

    static final ErrPacket CLEAR_PASSWORD = denied(
            "mysql_clear_password shows the password: use TLS from the client to the"
                    + " proxy (--ssl-mode=REQUIRED) and from the proxy to the server (--proxy-backend-ssl-mode=required)");
    static final ErrPacket OLD_PASSWORD = denied(
            "the server wants mysql_old_password, which is not safe: give the account a current method (ALTER USER)");
    static final ErrPacket FOREIGN_CIPHER =
            denied("the password cannot be decrypted: give the client the proxy's public"
                    + " key instead of the server's (--get-server-public-key), or use TLS");
    static final ErrPacket NO_KEY = new ErrPacket(1105, "HY000", "(proxy) there is no RSA key, see the proxy's log");
    static final ErrPacket LONG_PASSWORD =
            denied("the password is longer than the server's RSA key can take: use TLS to"
                    + " the server (--proxy-backend-ssl-mode=required)");

    static final ErrPacket NEXT_FACTOR =
            denied("the account has a second factor, which only --proxy-auth=relay can pass on");

    private static final int LONGEST_NAME = 96;

    private AuthErrors() {}

    /** Wrong user or password, in MySQL's words. */
    static ErrPacket wrong(String user, String host, boolean usingPassword) {
        return new ErrPacket(
                1045,
                "28000",
                "Access denied for user '" + cut(user) + "'@'" + host + "' (using password: "
                        + (usingPassword ? "YES" : "NO") + ")");
    }

    /**
     * For a client from before CLIENT_PLUGIN_AUTH. Whether its answer was wrong, or could not be compared with what is known,
     * would tell a stranger which accounts there are.
     */
    static ErrPacket orTooOld(ErrPacket wrong) {
        return new ErrPacket(
                wrong.code(),
                wrong.sqlState(),
                wrong.message() + ". (proxy) If the password is right, the client is too old to show it: it has"
                        + " mysql_native_password only");
    }

    static ErrPacket database(String user, String host, String database) {
        return new ErrPacket(
                1044,
                "42000",
                "Access denied for user '" + cut(user) + "'@'" + host + "' to database '" + cut(database) + "'");
    }

    static ErrPacket method(String plugin) {
        return denied(
                "the server wants " + cut(plugin) + ", which the proxy cannot do by itself: use --proxy-auth=relay"
                        + " or give the account caching_sha2_password");
    }

    private static String cut(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }

    static ErrPacket denied(String why) {
        return new ErrPacket(1045, "28000", "(proxy) Access denied: " + why);
    }
}
