package dev.mysqlproxy.plugin.auditing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a record is about. The numbers go into compact records, the words into options and into what is written. */
enum AuditEvent {
    CONNECT("connect", true),
    LOGIN("login", true),
    CHANGE_USER("change-user", true),
    /** SQL that was run: COM_QUERY, COM_STMT_EXECUTE, COM_STMT_BULK_EXECUTE. */
    STATEMENT("statement", true),
    /** Any other command. */
    COMMAND("command", true),
    DISCONNECT("disconnect", true),
    /** The first record of a run. */
    START("start", false),
    /** The last record of a run that ended as it should. */
    STOP("stop", false),
    /** Records are missing here. */
    DROPPED("dropped", false);

    private static final AuditEvent[] ALL = values();

    private final String word;
    private final boolean selectable;

    AuditEvent(String word, boolean selectable) {
        this.word = word;
        this.selectable = selectable;
    }

    String word() {
        return word;
    }

    static AuditEvent of(int number) {
        return ALL[number];
    }

    /** The words of those that an operator may leave out. */
    static List<String> words() {
        return Arrays.stream(ALL)
                .filter(event -> event.selectable)
                .map(AuditEvent::word)
                .toList();
    }

    /**
     * Reads a list of words.
     *
     * @throws IllegalArgumentException with a sentence that names the one that is none
     */
    static Set<AuditEvent> named(List<String> words) {
        List<AuditEvent> events = new ArrayList<>();
        for (String word : words) {
            events.add(Arrays.stream(ALL)
                    .filter(event -> event.selectable && event.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'" + word + "' is no event: use " + String.join(", ", words()))));
        }
        return events.isEmpty() ? EnumSet.noneOf(AuditEvent.class) : EnumSet.copyOf(events);
    }
}
