package dev.mysqlproxy.protocol.reply;

import dev.mysqlproxy.protocol.wire.CommandCode;
import java.util.Arrays;

/** What the reply to a command looks like, which decides how its end is found. */
public enum ReplyShape {
    /** Nothing comes back. */
    NONE,
    /** The server closes the connection. */
    CLOSE,
    /** One packet: OK, EOF or ERR. */
    SINGLE,
    /** One packet of text, or ERR. */
    TEXT,
    /** OK, ERR, LOCAL INFILE or result sets; several with SERVER_MORE_RESULTS_EXISTS. */
    RESULTS,
    /** As {@link #RESULTS}, with binary rows; a cursor may stand in the place of rows. */
    EXECUTE,
    /** The head of a prepared statement, then definitions of its parameters and columns. */
    PREPARE,
    /** Column definitions up to an EOF. */
    FIELD_LIST,
    /** Rows up to an EOF. */
    FETCH,
    /** Packets of authentication, with answers of the client in between, up to OK or ERR. */
    AUTHENTICATION,
    /** Events without an end of their own, up to EOF, ERR or a close; the client may speak meanwhile. */
    STREAM,
    /** The connection turns into something else, up to its close. */
    TUNNEL,
    /** Nobody knows: it ends when the client goes on, or with an OK or ERR as first packet. */
    OPAQUE;

    private static final ReplyShape[] BY_COMMAND = new ReplyShape[256];

    static {
        Arrays.fill(BY_COMMAND, OPAQUE);
        for (int code = 0; code <= CommandCode.COM_RESET_CONNECTION; code++) {
            BY_COMMAND[code] = SINGLE;
        }
        BY_COMMAND[CommandCode.COM_QUIT] = CLOSE;
        BY_COMMAND[CommandCode.COM_QUERY] = RESULTS;
        BY_COMMAND[CommandCode.COM_FIELD_LIST] = FIELD_LIST;
        BY_COMMAND[CommandCode.COM_STATISTICS] = TEXT;
        BY_COMMAND[CommandCode.COM_PROCESS_INFO] = RESULTS;
        BY_COMMAND[CommandCode.COM_CHANGE_USER] = AUTHENTICATION;
        BY_COMMAND[CommandCode.COM_BINLOG_DUMP] = STREAM;
        BY_COMMAND[CommandCode.COM_BINLOG_DUMP_GTID] = STREAM;
        BY_COMMAND[CommandCode.COM_TABLE_DUMP] = OPAQUE;
        BY_COMMAND[CommandCode.COM_CLONE] = TUNNEL;
        BY_COMMAND[CommandCode.COM_SUBSCRIBE_GROUP_REPLICATION_STREAM] = TUNNEL;
        BY_COMMAND[CommandCode.COM_STMT_PREPARE] = PREPARE;
        BY_COMMAND[CommandCode.COM_STMT_EXECUTE] = EXECUTE;
        BY_COMMAND[CommandCode.COM_STMT_BULK_EXECUTE] = EXECUTE;
        BY_COMMAND[CommandCode.COM_STMT_SEND_LONG_DATA] = NONE;
        BY_COMMAND[CommandCode.COM_STMT_CLOSE] = NONE;
        BY_COMMAND[CommandCode.COM_STMT_FETCH] = FETCH;
    }

    /** The shape of the reply to the command with this first byte. */
    public static ReplyShape of(int commandCode) {
        return BY_COMMAND[commandCode & 0xff];
    }
}
