package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.api.view.QuerySummary;
import java.time.Duration;
import java.util.OptionalInt;

/** Makes summaries of which a test says only what it cares for. */
public final class Summaries {

    /** SERVER_STATUS_AUTOCOMMIT. */
    private static final int AUTOCOMMIT = 2;

    private Summaries() {}

    /** A command that went well: one millisecond, an OK of 11 bytes. */
    public static Query query() {
        return new Query();
    }

    /** A login of this user that went well. */
    public static LoginSummary login(String user, String schema) {
        return new LoginSummary(false, user, schema, LoginSummary.Status.OK, 0, "", "", 2_000_000);
    }

    /** A login of this user that was refused as servers refuse a wrong password. */
    public static LoginSummary loginFailed(String user, String schema) {
        return new LoginSummary(
                false,
                user,
                schema,
                LoginSummary.Status.ERR,
                1045,
                "28000",
                "Access denied for user '" + user + "'",
                2_000_000);
    }

    /** The same, but for a COM_CHANGE_USER. */
    public static LoginSummary changeUser(LoginSummary login) {
        return new LoginSummary(
                true,
                login.user(),
                login.schema(),
                login.status(),
                login.errorCode(),
                login.sqlState(),
                login.errorMessage(),
                login.totalNanos());
    }

    /** Puts a {@link QuerySummary} together. */
    public static final class Query {
        private OptionalInt injection = OptionalInt.empty();
        private QuerySummary.Status status = QuerySummary.Status.OK;
        private int serverStatus = AUTOCOMMIT;
        private int errorCode;
        private String sqlState = "";
        private String errorMessage = "";
        private int resultSets;
        private long rows;
        private long affectedRows;
        private long lastInsertId;
        private int warnings;
        private long requestBytes = 20;
        private long replyBytes = 11;
        private long queuedNanos = 10_000;
        private long firstByteNanos = 800_000;
        private long totalNanos = 1_000_000;

        private Query() {}

        /** It was an injection with this number. */
        public Query injection(int id) {
            this.injection = OptionalInt.of(id);
            return this;
        }

        public Query status(QuerySummary.Status how) {
            this.status = how;
            return this;
        }

        /** SERVER_STATUS_* flags. */
        public Query serverStatus(int flags) {
            this.serverStatus = flags;
            return this;
        }

        /** The server answered with this error. */
        public Query error(int code, String state, String message) {
            this.status = QuerySummary.Status.ERR;
            this.errorCode = code;
            this.sqlState = state;
            this.errorMessage = message;
            return this;
        }

        /** A result set with so many rows. */
        public Query rows(long count) {
            this.resultSets = 1;
            this.rows = count;
            return this;
        }

        public Query resultSets(int count) {
            this.resultSets = count;
            return this;
        }

        public Query affectedRows(long count) {
            this.affectedRows = count;
            return this;
        }

        public Query lastInsertId(long number) {
            this.lastInsertId = number;
            return this;
        }

        public Query warnings(int count) {
            this.warnings = count;
            return this;
        }

        /** Bytes to the server and back. */
        public Query bytes(long request, long reply) {
            this.requestBytes = request;
            this.replyBytes = reply;
            return this;
        }

        /** It took so long in all; the first byte came at its end. */
        public Query took(Duration total) {
            this.totalNanos = total.toNanos();
            this.firstByteNanos = totalNanos;
            return this;
        }

        /** All three times. */
        public Query took(Duration queued, Duration firstByte, Duration total) {
            this.queuedNanos = queued.toNanos();
            this.firstByteNanos = firstByte.toNanos();
            this.totalNanos = total.toNanos();
            return this;
        }

        public QuerySummary build() {
            return new QuerySummary(
                    injection,
                    status,
                    serverStatus,
                    errorCode,
                    sqlState,
                    errorMessage,
                    resultSets,
                    rows,
                    affectedRows,
                    lastInsertId,
                    warnings,
                    requestBytes,
                    replyBytes,
                    queuedNanos,
                    firstByteNanos,
                    totalNanos);
        }
    }
}
