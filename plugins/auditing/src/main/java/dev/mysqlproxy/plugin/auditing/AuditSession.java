package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import java.util.Optional;

/** What the audit remembers of a session. On its event loop. */
final class AuditSession {

    private static final SessionKey<AuditSession> KEY = new SessionKey<>("auditing");
    private static final int NO_BACKSLASH_ESCAPES = 0x200;

    private final Reservation reservation = new Reservation();
    private final long opened = System.nanoTime();
    private long statements;

    private Optional<String> user = Optional.empty();

    /** Null when it has to be made anew. */
    private Origin origin;

    private Optional<String> originSchema = Optional.empty();
    private Optional<String> originBackend = Optional.empty();

    private Filters judgedBy;
    private boolean admitted;
    private Optional<String> schema = Optional.empty();
    private Filters schemaJudgedBy;
    private boolean schemaAdmitted;
    private int serverStatus;

    private AuditSession(int serverStatus) {
        this.serverStatus = serverStatus;
    }

    static AuditSession of(SessionView session) {
        AuditSession found = session.get(KEY);
        if (found == null) {
            found = new AuditSession(session.serverStatus());
            session.put(KEY, found);
        }
        return found;
    }

    Reservation reservation() {
        return reservation;
    }

    /** Nanoseconds since it was opened, or since the plugin first met it. */
    long age() {
        return System.nanoTime() - opened;
    }

    long statements() {
        return statements;
    }

    void countStatement() {
        statements++;
    }

    /** The login has told more, or something else. */
    void loggedIn(int status) {
        serverStatus = status;
        origin = null;
        judgedBy = null;
    }

    /** Whether anything of it is recorded. */
    boolean admits(Filters filters, SessionView session) {
        Optional<String> now = session.user();
        if (judgedBy != filters || !now.equals(user)) {
            user = now;
            origin = null;
            judgedBy = filters;
            admitted = filters.admitsAddress(session) && (user.isEmpty() || filters.admitsUser(user.get()));
        }
        return admitted;
    }

    /** Whether what it does in its default schema is recorded. */
    boolean admitsSchema(Filters filters, SessionView session) {
        Optional<String> now = session.schema();
        if (schemaJudgedBy != filters || !now.equals(schema)) {
            schema = now;
            schemaJudgedBy = filters;
            schemaAdmitted = filters.admitsSchema(now.orElse(""));
        }
        return schemaAdmitted;
    }

    /** What its records have in common now. */
    Origin origin(SessionView session) {
        Optional<String> nowSchema = session.schema();
        Optional<String> nowBackend = session.backend();
        if (origin == null
                || origin.thread != session.threadId()
                || !nowSchema.equals(originSchema)
                || !nowBackend.equals(originBackend)) {
            originSchema = nowSchema;
            originBackend = nowBackend;
            origin = Origin.of(session);
        }
        return origin;
    }

    /**
     * Whether a backslash hides a quote in the statement that has just been run: what the server last said before it.
     */
    boolean backslashEscapes() {
        return (serverStatus & NO_BACKSLASH_ESCAPES) == 0;
    }

    /** What the server says now; whether a backslash means what it did before. */
    boolean serverStatus(int status) {
        boolean changed = ((serverStatus ^ status) & NO_BACKSLASH_ESCAPES) != 0;
        serverStatus = status;
        return !changed;
    }
}
