package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.view.LoginSummary;

/**
 * The lines of MySQL Proxy's script auditing.lua: logins, and who sent which query. It knows nothing else. What would
 * break a line, or show a line that is none, is escaped as in JSON.
 */
final class TextFormat implements RecordFormat {

    private static final LoginSummary.Status[] LOGIN_STATUSES = LoginSummary.Status.values();

    private final CommandFields fields = new CommandFields();
    private final StatementText statement;

    TextFormat(boolean showLiterals) {
        statement = new StatementText(showLiterals);
    }

    @Override
    public void write(AuditRecord record, long sequence, int maxText, LineBuffer out) {
        switch (record.event()) {
            case LOGIN, CHANGE_USER -> login(record, out);
            case STATEMENT, COMMAND -> command(record, maxText, out);
            case DROPPED -> {
                out.putAscii("(");
                out.putNumber(record.getLong());
                out.putAscii(" records are missing here)\n");
            }
            case CONNECT, DISCONNECT, START, STOP -> {}
        }
    }

    private static void login(AuditRecord record, LineBuffer out) {
        if (record.event() == AuditEvent.LOGIN) {
            out.putAscii("<-- let's send him some information about us\n    server-addr   : ");
            put(record.origin().backend, out);
            out.putAscii("\n    client-addr   : ");
            put(record.origin().client, out);
            out.put('\n');
        }
        out.putAscii("--> there, look, the client is responding to the server auth packet\n    username      : ");
        put(record.origin().user, out);
        out.putAscii(
                LOGIN_STATUSES[record.getByte()] == LoginSummary.Status.OK ? "\n<-- auth ok\n" : "\n<-- auth failed\n");
    }

    private void command(AuditRecord record, int maxText, LineBuffer out) {
        fields.read(record);
        out.putAscii("--> '");
        put(record.origin().user, out);
        out.putAscii("' sent us a query\n");
        if (!fields.text.isEmpty() && record.event() == AuditEvent.STATEMENT) {
            statement.read(fields.text, fields.flags);
            out.putAscii("    query: ");
            out.putEscaped(statement.bytes(), statement.offset(), Math.min(maxText, statement.length()));
            out.put('\n');
        }
    }

    private static void put(AuditRecord.Slice value, LineBuffer out) {
        out.putEscaped(value.bytes, value.offset, value.length);
    }
}
