package dev.mysqlproxy.api.view;

import java.util.OptionalInt;

/**
 * How a command went, known at its end without keeping its result.
 *
 * @param injection number of the injection this was; empty for a command of the client that was forwarded
 * @param status how the reply ended
 * @param serverStatus SERVER_STATUS_* flags of the last packet that carried any
 * @param errorCode the server's error number when status is ERR, or ANSWERED with an error, else 0
 * @param sqlState five characters when there is an error number, else empty
 * @param errorMessage its first 512 bytes when there is an error number, else empty
 * @param resultSets result sets in the reply
 * @param rows rows in all of them
 * @param affectedRows of the last OK, unsigned
 * @param lastInsertId of the last OK, unsigned
 * @param warnings of the last packet that counted them
 * @param requestBytes bytes sent to the server, packet headers included
 * @param replyBytes bytes of the reply, packet headers included
 * @param queuedNanos from the command's arrival (or the injection's creation) to its start on the server link
 * @param firstByteNanos from there to the first bytes of the reply
 * @param totalNanos from there to its end
 */
public record QuerySummary(
        OptionalInt injection,
        Status status,
        int serverStatus,
        int errorCode,
        String sqlState,
        String errorMessage,
        int resultSets,
        long rows,
        long affectedRows,
        long lastInsertId,
        int warnings,
        long requestBytes,
        long replyBytes,
        long queuedNanos,
        long firstByteNanos,
        long totalNanos) {

    /** How a reply ended. */
    public enum Status {
        /** OK, EOF, a result set, or a command that has no reply. */
        OK,
        /** An ERR packet of the server. */
        ERR,
        /** A hook answered, or refused, in the server's place: the error, if it was one, is what the client was told. */
        ANSWERED,
        /** A reply whose end only shows by what comes next (unknown commands, binlog streams). */
        OPAQUE,
        /** The connection ended before the reply did. */
        LOST
    }
}
