package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.LoginCompletedHook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.SessionOpenedHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.api.view.TlsView;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes records of what happens to sessions. Copies, and leaves the rest to the writer. */
final class AuditHooks implements SessionOpenedHook, LoginCompletedHook, QueryCompletedHook, DisconnectHook {

    /** What a record of a command says of its text, and which fields it has, as bits. */
    static final int CUT = 1;

    static final int PREPARED = 2;
    static final int NO_BACKSLASH_ESCAPES = 4;
    /** Whether a backslash escapes has changed in the middle of it. */
    static final int UNREADABLE = 8;

    static final int INJECTED = 16;
    static final int FAILED = 32;

    private static final byte[] NOTHING = new byte[0];
    private static final int MOST_ATTRIBUTES = 32;
    private static final int LONGEST_ATTRIBUTE = 512;

    private final Recording recording;
    private final Recorder recorder;

    AuditHooks(Recording recording, Recorder recorder) {
        this.recording = recording;
        this.recorder = recorder;
    }

    @Override
    public Set<CommandType> completedTypes() {
        return recording.commandTypes();
    }

    @Override
    public boolean needsPreparedStatements() {
        return recording.wants(AuditEvent.STATEMENT);
    }

    // --- connections ------------------------------------------------------------------------------------------------

    @Override
    public void onSessionOpened(SessionView session) {
        AuditSession state = AuditSession.of(session);
        if (!recording.wants(AuditEvent.CONNECT) || !state.admits(recording.filters(), session)) {
            return;
        }
        RecordBuilder record = recorder.begin(AuditEvent.CONNECT, state.origin(session));
        record.putString(session.localAddress());
        recorder.end(record, null);
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // records do not outlive the process
    public void onLoginCompleted(SessionView session, LoginSummary login) {
        AuditSession state = AuditSession.of(session);
        state.loggedIn(session.serverStatus());
        Filters filters = recording.filters();
        AuditEvent event = login.changeUser() ? AuditEvent.CHANGE_USER : AuditEvent.LOGIN;
        if (!recording.wants(event) || !filters.admitsAddress(session) || !filters.admitsUser(login.user())) {
            return;
        }
        RecordBuilder record = recorder.begin(event, Origin.of(session, login.user(), login.schema()));
        record.putByte(login.status().ordinal())
                .putInt(login.errorCode())
                .putString(login.sqlState())
                .putString(login.errorMessage())
                .putLong(login.totalNanos())
                .putString(session.authPlugin().orElse(""));
        putTls(record, session.tls());
        putAttributes(record, session.connectionAttributes());
        recorder.end(record, null);
    }

    private static void putTls(RecordBuilder record, Optional<TlsView> tls) {
        record.putString(tls.map(TlsView::version).orElse(""))
                .putString(tls.map(TlsView::cipher).orElse(""))
                .putString(tls.flatMap(TlsView::peer).orElse(""));
    }

    private static void putAttributes(RecordBuilder record, Map<String, String> attributes) {
        int left = Math.min(MOST_ATTRIBUTES, attributes.size());
        record.putByte(left);
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            if (left-- == 0) {
                return;
            }
            record.putString(attribute.getKey(), LONGEST_ATTRIBUTE).putString(attribute.getValue(), LONGEST_ATTRIBUTE);
        }
    }

    @Override
    public void onDisconnect(SessionView session, String cause) {
        AuditSession state = AuditSession.of(session);
        recorder.queue().cancel(state.reservation());
        if (!recording.wants(AuditEvent.DISCONNECT) || !state.admits(recording.filters(), session)) {
            return;
        }
        RecordBuilder record = recorder.begin(AuditEvent.DISCONNECT, state.origin(session));
        record.putString(cause).putLong(state.age()).putLong(state.statements());
        recorder.end(record, null);
    }

    // --- commands ---------------------------------------------------------------------------------------------------

    @Override
    public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
        AuditSession state = AuditSession.of(session);
        boolean escapes = state.backslashEscapes();
        boolean readable = state.serverStatus(session.serverStatus());
        AuditEvent event = Recording.eventOf(command.code());
        if (event == AuditEvent.STATEMENT) {
            state.countStatement();
        }
        Filters filters = recording.filters();
        if (!recording.wants(event) || !state.admits(filters, session) || !state.admitsSchema(filters, session)) {
            recorder.queue().cancel(state.reservation());
            return;
        }
        RecordBuilder record = recorder.begin(event, state.origin(session));
        putCommand(record, command, summary, (escapes ? 0 : NO_BACKSLASH_ESCAPES) | (readable ? 0 : UNREADABLE));
        putParameters(record, command);
        recorder.end(record, state.reservation());
    }

    @SuppressWarnings("EnumOrdinal") // records do not outlive the process
    private static void putSummary(RecordBuilder record, int code, int flags, QuerySummary summary) {
        record.putByte(code).putByte(summary.status().ordinal()).putByte(flags);
        if ((flags & INJECTED) != 0) {
            record.putInt(summary.injection().orElse(0));
        }
        if ((flags & FAILED) != 0) {
            record.putInt(summary.errorCode()).putString(summary.sqlState()).putString(summary.errorMessage());
        }
        record.putSmall(summary.rows())
                .putSmall(summary.affectedRows())
                .putSmall(summary.warnings())
                .putSmall(summary.requestBytes())
                .putSmall(summary.replyBytes())
                .putSmall(summary.queuedNanos())
                .putSmall(summary.firstByteNanos())
                .putSmall(summary.totalNanos());
    }

    private static int fieldsOf(QuerySummary summary) {
        return (summary.injection().isPresent() ? INJECTED : 0) | (summary.errorCode() == 0 ? 0 : FAILED);
    }

    private void putCommand(RecordBuilder record, Command command, QuerySummary summary, int flags) {
        byte[] text = NOTHING;
        int length = 0;
        int most = recording.maxStatement();
        int more = flags;
        switch (Recording.textOf(command.code())) {
            case ARGUMENT -> {
                // one byte more tells whether that is all
                text = record.scratch((int) Math.min(command.length(), most + 1));
                length = command.copyStatement(text, 0, most + 1);
            }
            case PREPARED -> {
                Optional<byte[]> known = command.preparedStatement();
                text = known.orElse(NOTHING);
                length = text.length;
                // what nobody knows may be anything
                more |= known.isPresent() ? PREPARED : PREPARED | CUT;
            }
            case NONE -> {}
        }
        int count = Math.min(length, most);
        boolean whole = count == length && (command.complete() || (more & PREPARED) != 0);
        putSummary(record, command.code(), (whole ? more : more | CUT) | fieldsOf(summary), summary);
        record.putText(text, count);
    }

    private void putParameters(RecordBuilder record, Command command) {
        List<Optional<String>> parameters = recording.withParameters() ? command.parameters() : List.of();
        record.putSmall(parameters.size());
        if (parameters.isEmpty()) {
            // the rule: not even an iterator for it
            return;
        }
        int left = recording.maxStatement();
        for (Optional<String> parameter : parameters) {
            if (left <= 0) {
                record.putByte(2);
            } else if (parameter.isEmpty()) {
                record.putByte(0);
            } else {
                record.putByte(1).putString(parameter.get(), left);
                left -= parameter.get().length();
            }
        }
    }

    // ----------------------------------------------------------------------------------------------------------------

    /** The commands that somebody wants to have recorded. */
    static Set<CommandType> types(boolean statements, boolean commands) {
        Set<CommandType> types = EnumSet.noneOf(CommandType.class);
        for (CommandType type : CommandType.values()) {
            boolean statement = Recording.eventOf(type.code()) == AuditEvent.STATEMENT;
            if (statement ? statements : commands && !Recording.IN_OTHER_RECORDS.contains(type)) {
                types.add(type);
            }
        }
        return types;
    }
}
