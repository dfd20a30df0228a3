package dev.mysqlproxy.plugin.auditing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a statement is for, by its first words. */
enum StatementKind {
    SELECT,
    INSERT,
    UPDATE,
    DELETE,
    /** Structure: CREATE, ALTER, DROP, TRUNCATE, RENAME, except accounts. */
    DDL,
    /** Accounts and what they may do. */
    DCL,
    TRANSACTION,
    SET,
    /** SHOW, DESCRIBE, EXPLAIN, USE, HELP. */
    SHOW,
    CALL,
    LOAD,
    /** PREPARE, EXECUTE and DEALLOCATE as statements. */
    PREPARE,
    /** Care of servers and tables: FLUSH, KILL, ANALYZE, CHANGE REPLICATION, INSTALL, ... */
    ADMIN,
    OTHER;

    private static final StatementKind[] ALL = values();

    private final String word = name().toLowerCase(Locale.ROOT);

    String word() {
        return word;
    }

    @SuppressWarnings("EnumOrdinal") // of no meaning outside
    int bit() {
        return 1 << ordinal();
    }

    static List<String> words() {
        return Arrays.stream(ALL).map(StatementKind::word).toList();
    }

    /**
     * The bits of these kinds.
     *
     * @throws IllegalArgumentException with a sentence that names the one that is none
     */
    static int bits(List<String> words) {
        int bits = 0;
        for (String word : words) {
            bits |= Arrays.stream(ALL)
                    .filter(kind -> kind.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'" + word + "' is no kind of statement: use " + String.join(", ", words())))
                    .bit();
        }
        return bits;
    }
}
