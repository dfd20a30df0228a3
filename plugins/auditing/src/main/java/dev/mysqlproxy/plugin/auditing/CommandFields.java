package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;

/** The fields of a statement or command, up to its parameters. Reused; the writer's thread. */
final class CommandFields {

    private static final QuerySummary.Status[] STATUSES = QuerySummary.Status.values();

    int code;
    QuerySummary.Status status;
    boolean injected;
    int injection;
    int errorCode;
    final AuditRecord.Slice sqlState = new AuditRecord.Slice();
    final AuditRecord.Slice errorMessage = new AuditRecord.Slice();
    long rows;
    long affectedRows;
    int warnings;
    long requestBytes;
    long replyBytes;
    long queuedNanos;
    long firstByteNanos;
    long totalNanos;
    int flags;
    final AuditRecord.Slice text = new AuditRecord.Slice();

    /** Reads them from a record that has just begun. */
    void read(AuditRecord record) {
        code = record.getByte();
        status = STATUSES[record.getByte()];
        flags = record.getByte();
        injected = (flags & AuditHooks.INJECTED) != 0;
        injection = injected ? record.getInt() : 0;
        errorCode = 0;
        sqlState.length = 0;
        errorMessage.length = 0;
        if ((flags & AuditHooks.FAILED) != 0) {
            errorCode = record.getInt();
            record.string(sqlState);
            record.string(errorMessage);
        }
        rows = record.getSmall();
        affectedRows = record.getSmall();
        warnings = (int) record.getSmall();
        requestBytes = record.getSmall();
        replyBytes = record.getSmall();
        queuedNanos = record.getSmall();
        firstByteNanos = record.getSmall();
        totalNanos = record.getSmall();
        record.string(text);
    }

    boolean isWhole() {
        return (flags & AuditHooks.CUT) == 0;
    }

    boolean isSql() {
        return code == CommandType.COM_QUERY.code()
                || code == CommandType.COM_STMT_PREPARE.code()
                || Recording.textOf(code) == Recording.Text.PREPARED;
    }

    /** The command's name, or its number. */
    String command() {
        return CommandType.of(code).map(Enum::name).orElseGet(() -> Integer.toString(code));
    }
}
