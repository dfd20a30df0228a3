package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.net.NetAddress;
import dev.mysqlproxy.protocol.message.ErrPacket;

/** The errors that the proxy itself sends, with MySQL's numbers where MySQL has the same one. */
final class Errors {

    static final ErrPacket TOO_MANY_CONNECTIONS = new ErrPacket(1040, "08004", "Too many connections");
    static final ErrPacket ALL_BACKENDS_DOWN = new ErrPacket(1105, "HY000", "(proxy) all backends are down");
    static final ErrPacket SHUTDOWN = new ErrPacket(1053, "08S01", "Server shutdown in progress");
    static final ErrPacket KILLED =
            new ErrPacket(1317, "70100", "Query execution was interrupted: the session was killed");
    static final ErrPacket BACKEND_LOST =
            new ErrPacket(1158, "08S01", "(proxy) Lost connection to the backend during query");
    static final ErrPacket NO_SERVER =
            new ErrPacket(1105, "HY000", "(proxy) there is no server connection for this command, closing the session");
    static final ErrPacket BACKEND_OFFLINE =
            new ErrPacket(1053, "08S01", "(proxy) the backend was taken offline by the operator");
    static final ErrPacket BACKEND_TIMEOUT = new ErrPacket(1105, "HY000", "(proxy) backend timed out");
    static final ErrPacket CLIENT_IDLE =
            new ErrPacket(4031, "HY000", "The client was disconnected by the proxy because of inactivity.");
    static final ErrPacket HANDSHAKE_TIMEOUT =
            new ErrPacket(1159, "08S01", "Got timeout reading communication packets");
    static final ErrPacket BAD_CLIENT_PACKET = new ErrPacket(1835, "HY000", "Malformed communication packet.");
    static final ErrPacket BAD_HANDSHAKE = new ErrPacket(1043, "08S01", "Bad handshake");
    static final ErrPacket BAD_BACKEND_PACKET =
            new ErrPacket(1105, "HY000", "(proxy) the backend sent something that is not MySQL's protocol");
    static final ErrPacket TLS_REQUIRED = new ErrPacket(
            3159, "HY000", "(proxy) Connections using insecure transport are prohibited, this listener requires TLS");
    static final ErrPacket BEFORE_41 = new ErrPacket(2007, "", "4.0 protocol is not supported");
    static final ErrPacket RESULT_TOO_LARGE = new ErrPacket(
            1105, "HY000", "(proxy) a result that a plugin wanted to keep is larger than --max-hook-packet");
    static final ErrPacket PLUGIN_FAILED = new ErrPacket(1105, "HY000", "(proxy) a plugin failed, see the proxy's log");
    static final ErrPacket ROW_FAILED = new ErrPacket(
            1105, "HY000", "(proxy) a plugin failed with a row, the result is incomplete, see the proxy's log");
    static final ErrPacket NO_COLUMNS = new ErrPacket(
            1105,
            "HY000",
            "(proxy) a plugin looks at these rows but their columns are not known here: prepare the statement again,"
                    + " or SET resultset_metadata = FULL");
    static final ErrPacket NO_ANSWER =
            new ErrPacket(1105, "HY000", "(proxy) a plugin left the command without an answer, see the proxy's log");
    static final ErrPacket INTERNAL = new ErrPacket(1105, "HY000", "(proxy) internal error, see the proxy's log");

    private Errors() {}

    /** A row, or the columns before the first, that a plugin looks at. */
    static ErrPacket rowTooLong(long bytes) {
        return new ErrPacket(
                1105,
                "HY000",
                "(proxy) a row of " + bytes
                        + " bytes or more, which a plugin looks at, is larger than --max-hook-packet");
    }

    /** The proxy could not open a further connection of its own. */
    static ErrPacket noConnection(NetAddress backend, String why) {
        return new ErrPacket(1105, "HY000", "(proxy) cannot log in at backend " + backend + ": " + why);
    }

    /** TLS with a server failed. */
    static ErrPacket backendTls(String why) {
        return new ErrPacket(1105, "HY000", "(proxy) SSL connection error: " + why);
    }

    static ErrPacket of(Reply.Err error) {
        return new ErrPacket(error.code(), error.sqlState(), error.message());
    }
}
