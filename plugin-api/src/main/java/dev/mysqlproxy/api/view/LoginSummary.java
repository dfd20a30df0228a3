package dev.mysqlproxy.api.view;

import java.util.Objects;

/**
 * How a login went.
 *
 * @param changeUser whether it was a COM_CHANGE_USER on a session that was logged in
 * @param user the name that the client gave
 * @param schema the schema that the client asked for, may be empty
 * @param status how it ended
 * @param errorCode what the client was told when the status is ERR, else 0
 * @param sqlState five characters when the status is ERR, else empty
 * @param errorMessage the words when the status is ERR, else empty
 * @param totalNanos from the client's connection, or its COM_CHANGE_USER, to the end
 */
public record LoginSummary(
        boolean changeUser,
        String user,
        String schema,
        Status status,
        int errorCode,
        String sqlState,
        String errorMessage,
        long totalNanos) {

    /** How a login ended. */
    public enum Status {
        /** The client is logged in. */
        OK,
        /** The client was told why not: by the server, by a plugin, or by the proxy. */
        ERR,
        /** The client or the server left in the middle of it. */
        LOST
    }

    public LoginSummary {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(sqlState, "sqlState");
        Objects.requireNonNull(errorMessage, "errorMessage");
    }
}
