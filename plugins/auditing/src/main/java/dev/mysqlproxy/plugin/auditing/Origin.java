package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.view.SessionView;
import java.util.Optional;

/**
 * What the records of a session have in common until one of it changes: records name it instead of repeating it. Immutable
 * but for its rendering.
 */
final class Origin {

    final long session;
    final long thread;
    final AuditRecord.Slice listener = new AuditRecord.Slice();
    final AuditRecord.Slice client = new AuditRecord.Slice();
    final AuditRecord.Slice user = new AuditRecord.Slice();
    final AuditRecord.Slice program = new AuditRecord.Slice();
    final AuditRecord.Slice schema = new AuditRecord.Slice();
    final AuditRecord.Slice backend = new AuditRecord.Slice();

    private final int bytes;
    /** Its number in the chunk that named it last. On the event loop of the session. */
    private int number;

    private byte[] rendered;

    private Origin(SessionView view, RecordBuilder strings) {
        session = view.id();
        thread = view.threadId();
        bytes = strings.length();
        AuditRecord reader = new AuditRecord();
        reader.open(strings.copy(), 0);
        reader.string(listener);
        reader.string(client);
        reader.string(user);
        reader.string(program);
        reader.string(schema);
        reader.string(backend);
    }

    /** A session as it is now. */
    static Origin of(SessionView session) {
        return of(session, session.user().orElse(""), session.schema().orElse(""));
    }

    /** A session as it is now, but for these names. */
    static Origin of(SessionView session, String user, String schema) {
        RecordBuilder strings = new RecordBuilder();
        strings.putString(session.listener())
                .putString(session.clientAddress())
                .putString(user)
                .putString(session.connectionAttributes().getOrDefault("program_name", ""))
                .putString(schema)
                .putString(session.backend().orElse(""));
        return new Origin(session, strings);
    }

    /** Bytes of its names, which count once for each chunk that has records of it. */
    int bytes() {
        return bytes;
    }

    int number() {
        return number;
    }

    void number(int next) {
        number = next;
    }

    /** As its format writes it, once it has. The writer's thread. */
    Optional<byte[]> rendered() {
        return Optional.ofNullable(rendered);
    }

    void rendered(byte[] fields) {
        rendered = fields;
    }
}
