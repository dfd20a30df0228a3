package dev.mysqlproxy.core.session;

/** Why a session ended: one word for hooks, logs and lists, and whether an operator should hear of it. */
public enum CloseCause {
    CLIENT_QUIT("client-quit", false),
    CLIENT_LOST("client-lost", false),
    LOGIN_REFUSED("login-refused", false),
    REFUSED_BY_PLUGIN("refused-by-plugin", false),
    CLOSED_BY_PLUGIN("closed-by-plugin", false),
    NO_BACKEND("no-backend", false),
    BACKEND_REFUSED("backend-refused", true),
    BACKEND_LOST("backend-lost", true),
    BACKEND_CLOSED("backend-closed", false),
    TOO_MANY_CONNECTIONS("too-many-connections", false),
    HANDSHAKE_TIMEOUT("handshake-timeout", true),
    CLIENT_IDLE("client-idle-timeout", true),
    BACKEND_TIMEOUT("backend-timeout", true),
    WRITE_TIMEOUT("write-timeout", true),
    CLIENT_TLS("client-tls-failed", true),
    BACKEND_TLS("backend-tls-failed", true),
    CLIENT_VIOLATION("client-protocol-violation", true),
    BACKEND_VIOLATION("backend-protocol-violation", true),
    PLUGIN_FAILED("plugin-failed", true),
    KILLED("killed", true),
    BACKEND_OFFLINE("backend-offline", true),
    SHUTDOWN("shutdown", false),
    INTERNAL_ERROR("internal-error", true);

    private final String word;
    private final boolean noteworthy;

    CloseCause(String word, boolean noteworthy) {
        this.word = word;
        this.noteworthy = noteworthy;
    }

    /** The stable word. */
    public String word() {
        return word;
    }

    /** Whether nobody else may have the server connection after this. */
    boolean serverAtFault() {
        return switch (this) {
            case BACKEND_REFUSED,
                    BACKEND_TLS,
                    BACKEND_LOST,
                    BACKEND_CLOSED,
                    BACKEND_VIOLATION,
                    BACKEND_TIMEOUT,
                    INTERNAL_ERROR -> true;
            default -> false;
        };
    }

    /** Whether it is worth a line in the log of a normal day. */
    boolean noteworthy() {
        return noteworthy;
    }
}
