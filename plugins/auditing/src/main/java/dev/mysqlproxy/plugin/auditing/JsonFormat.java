package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.protocol.sql.StatementKinds;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** A JSON object a line, as {@code auditing-schema-1.json} says. Fields without a value are left out. */
final class JsonFormat implements RecordFormat {

    private static final LoginSummary.Status[] LOGIN_STATUSES = LoginSummary.Status.values();
    private static final int NANOS_OF_MICRO = 1000;
    private static final int VALUE = 1;
    private static final int CUT_OFF = 2;

    private final Timestamps timestamps = new Timestamps();
    private final StatementKinds kinds = new StatementKinds();
    private final CommandFields fields = new CommandFields();
    private final AuditRecord.Slice slice = new AuditRecord.Slice();
    private final AuditRecord.Slice other = new AuditRecord.Slice();
    private final StatementText statement;
    private LineBuffer out;

    JsonFormat(boolean showLiterals) {
        statement = new StatementText(showLiterals);
    }

    /** The name of a field and what stands around it. */
    @SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"
    }) // the first one opens the object; nobody writes the bytes
    private enum Key {
        V,
        SEQ,
        TIME,
        EVENT,
        SESSION,
        THREAD,
        LISTENER,
        CLIENT,
        USER,
        PROGRAM,
        SCHEMA,
        BACKEND,
        LOCAL,
        STATUS,
        ERROR_CODE,
        SQL_STATE,
        ERROR_MESSAGE,
        DURATION_US,
        AUTH_PLUGIN,
        TLS_VERSION,
        TLS_CIPHER,
        CLIENT_CERTIFICATE,
        ATTRIBUTES,
        COMMAND,
        KIND,
        STATEMENT,
        ARGUMENT,
        TRUNCATED,
        PARAMETERS,
        INJECTION,
        ROWS,
        AFFECTED_ROWS,
        WARNINGS,
        REQUEST_BYTES,
        REPLY_BYTES,
        QUEUED_US,
        FIRST_BYTE_US,
        CAUSE,
        STATEMENTS,
        COUNT,
        VERSION,
        PID;

        private final byte[] bytes = ((ordinal() == 0 ? "{\"" : ",\"") + name().toLowerCase(Locale.ROOT) + "\":")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void write(AuditRecord record, long sequence, int maxText, LineBuffer target) {
        out = target;
        number(Key.V, 1);
        number(Key.SEQ, sequence);
        out.put(Key.TIME.bytes);
        out.put('"');
        timestamps.put(record.micros(), out);
        out.put('"');
        ascii(Key.EVENT, record.event().word());
        switch (record.event()) {
            case CONNECT -> {
                session(record);
                text(Key.LOCAL, record.string(slice));
            }
            case LOGIN, CHANGE_USER -> login(record);
            case STATEMENT, COMMAND -> command(record, maxText);
            case DISCONNECT -> {
                session(record);
                text(Key.CAUSE, record.string(slice));
                micros(Key.DURATION_US, record.getLong());
                number(Key.STATEMENTS, record.getLong());
            }
            case START -> {
                text(Key.VERSION, record.string(slice));
                number(Key.PID, record.getLong());
            }
            case STOP, DROPPED -> number(Key.COUNT, record.getLong());
        }
        out.put('}');
        out.put('\n');
    }

    private void session(AuditRecord record) {
        Origin origin = record.origin();
        Optional<byte[]> rendered = origin.rendered();
        if (rendered.isPresent()) {
            out.put(rendered.get());
            return;
        }
        int from = out.length();
        number(Key.SESSION, origin.session);
        if (origin.thread != 0) {
            number(Key.THREAD, origin.thread);
        }
        text(Key.LISTENER, origin.listener);
        text(Key.CLIENT, origin.client);
        text(Key.USER, origin.user);
        text(Key.PROGRAM, origin.program);
        text(Key.SCHEMA, origin.schema);
        text(Key.BACKEND, origin.backend);
        origin.rendered(out.copyFrom(from));
    }

    private void login(AuditRecord record) {
        session(record);
        LoginSummary.Status status = LOGIN_STATUSES[record.getByte()];
        ascii(
                Key.STATUS,
                switch (status) {
                    case OK -> "ok";
                    case ERR -> "error";
                    case LOST -> "lost";
                });
        int error = record.getInt();
        if (error != 0) {
            number(Key.ERROR_CODE, error);
        }
        text(Key.SQL_STATE, record.string(slice));
        text(Key.ERROR_MESSAGE, record.string(slice));
        micros(Key.DURATION_US, record.getLong());
        text(Key.AUTH_PLUGIN, record.string(slice));
        text(Key.TLS_VERSION, record.string(slice));
        text(Key.TLS_CIPHER, record.string(slice));
        text(Key.CLIENT_CERTIFICATE, record.string(slice));
        attributes(record);
    }

    private void attributes(AuditRecord record) {
        int count = record.getByte();
        if (count == 0) {
            return;
        }
        out.put(Key.ATTRIBUTES.bytes);
        for (int i = 0; i < count; i++) {
            out.put(i == 0 ? '{' : ',');
            string(record.string(slice));
            out.put(':');
            string(record.string(other));
        }
        out.put('}');
    }

    private void command(AuditRecord record, int maxText) {
        fields.read(record);
        session(record);
        ascii(Key.COMMAND, fields.command());
        AuditRecord.Slice text = fields.text;
        boolean cut = !fields.isWhole();
        // of what nobody has seen, too
        boolean hidden = fields.isSql();
        if (text.isEmpty()) {
            // a prepared statement that nobody knows has none
            cut = false;
        } else if (fields.isSql()) {
            kinds.read(text.bytes, text.offset, text.length);
            ascii(Key.KIND, kinds.first().word());
            statement.read(text, fields.flags);
            hidden = statement.isHidden() || !fields.isWhole();
            cut |= statement(maxText);
        } else {
            text(Key.ARGUMENT, text);
        }
        cut |= parameters(record, cut && statement.length() > maxText, text);
        if (cut) {
            out.put(Key.TRUNCATED.bytes);
            out.putAscii("true");
        }
        result(hidden);
    }

    /** Whether it had to be cut. */
    private boolean statement(int maxText) {
        int length = statement.length();
        int shown = length;
        if (length > maxText) {
            shown = Utf8.wholeCharacters(statement.bytes(), statement.offset(), statement.offset() + maxText)
                    - statement.offset();
        }
        out.put(Key.STATEMENT.bytes);
        out.put('"');
        out.putEscaped(statement.bytes(), statement.offset(), shown);
        out.put('"');
        return shown < length;
    }

    /** Whether not all of them are shown. */
    private boolean parameters(AuditRecord record, boolean none, AuditRecord.Slice text) {
        int count = (int) record.getSmall();
        if (count == 0 || none) {
            return none && count > 0;
        }
        // what was cut off may mention passwords
        boolean hidden = !fields.isWhole() || !StatementText.mayShowParameters(text);
        boolean cut = false;
        out.put(Key.PARAMETERS.bytes);
        for (int i = 0; i < count; i++) {
            out.put(i == 0 ? '[' : ',');
            int state = record.getByte();
            if (state == VALUE) {
                record.string(slice);
            }
            if (state == VALUE && !hidden) {
                string(slice);
            } else if (state == CUT_OFF) {
                cut = true;
                out.putAscii("null");
            } else {
                out.putAscii(hidden ? "\"?\"" : "null");
            }
        }
        out.put(']');
        return cut;
    }

    private void result(boolean hidden) {
        if (fields.injected) {
            out.put(Key.INJECTION.bytes);
            out.putAscii(Integer.toString(fields.injection));
        }
        ascii(
                Key.STATUS,
                switch (fields.status) {
                    case OK -> "ok";
                    case ERR -> "error";
                    case ANSWERED -> "answered";
                    case OPAQUE -> "opaque";
                    case LOST -> "lost";
                });
        if (fields.errorCode != 0) {
            number(Key.ERROR_CODE, fields.errorCode);
            text(Key.SQL_STATE, fields.sqlState);
            if (!hidden) {
                // it may repeat what is hidden in the statement
                text(Key.ERROR_MESSAGE, fields.errorMessage);
            }
        }
        number(Key.ROWS, fields.rows);
        number(Key.AFFECTED_ROWS, fields.affectedRows);
        number(Key.WARNINGS, fields.warnings);
        number(Key.REQUEST_BYTES, fields.requestBytes);
        number(Key.REPLY_BYTES, fields.replyBytes);
        micros(Key.QUEUED_US, fields.queuedNanos);
        micros(Key.FIRST_BYTE_US, fields.firstByteNanos);
        micros(Key.DURATION_US, fields.totalNanos);
    }

    // --- values -----------------------------------------------------------------------------------------------------

    private void number(Key key, long value) {
        out.put(key.bytes);
        out.putNumber(value);
    }

    private void micros(Key key, long nanos) {
        number(key, Math.max(0, nanos) / NANOS_OF_MICRO);
    }

    private void ascii(Key key, String word) {
        out.put(key.bytes);
        out.put('"');
        out.putAscii(word);
        out.put('"');
    }

    private void text(Key key, AuditRecord.Slice value) {
        if (!value.isEmpty()) {
            out.put(key.bytes);
            string(value);
        }
    }

    private void string(AuditRecord.Slice value) {
        out.put('"');
        out.putEscaped(value.bytes, value.offset, value.length);
        out.put('"');
    }
}
