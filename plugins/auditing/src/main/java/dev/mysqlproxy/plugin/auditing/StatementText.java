package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.protocol.sql.Redaction;

/** A statement's text as it may be shown. The writer's thread. */
final class StatementText {

    private static final byte[] HIDDEN = {'?'};

    private final boolean showLiterals;
    private final Redaction redaction = new Redaction();
    private byte[] target = new byte[1024];

    private byte[] bytes;
    private int offset;
    private int length;
    private boolean secretive;

    StatementText(boolean showLiterals) {
        this.showLiterals = showLiterals;
    }

    /**
     * Takes a text.
     *
     * @param flags those of {@link AuditHooks}
     */
    void read(AuditRecord.Slice text, int flags) {
        secretive = !showLiterals || Redaction.mentionsSecrets(text.bytes, text.offset, text.length);
        if (!secretive) {
            take(text.bytes, text.offset, text.length);
        } else if ((flags & AuditHooks.UNREADABLE) != 0) {
            take(HIDDEN, 0, HIDDEN.length);
        } else {
            if (target.length < text.length) {
                target = new byte[text.length];
            }
            boolean escapes = (flags & AuditHooks.NO_BACKSLASH_ESCAPES) == 0;
            int end = redaction.literals(text.bytes, text.offset, text.length, escapes, target, 0);
            take(target, 0, end);
        }
    }

    private void take(byte[] from, int start, int count) {
        bytes = from;
        offset = start;
        length = count;
    }

    byte[] bytes() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    /** Whether anything that a server says of it may repeat what is hidden. */
    boolean isHidden() {
        return secretive;
    }

    /** Whether its parameters may be shown, to whoever asked for parameters. */
    static boolean mayShowParameters(AuditRecord.Slice text) {
        return !text.isEmpty() && !Redaction.mentionsSecrets(text.bytes, text.offset, text.length);
    }
}
