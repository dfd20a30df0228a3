package dev.mysqlproxy.it.matrix;

/** TLS of the hop between proxy and server. */
enum ServerTls {
    PLAIN,
    /** With the server's certificate and name verified. */
    VERIFIED,
    /** As the client does. */
    AS_CLIENT;

    boolean isOn(boolean clientTls) {
        return switch (this) {
            case PLAIN -> false;
            case VERIFIED -> true;
            case AS_CLIENT -> clientTls;
        };
    }
}
