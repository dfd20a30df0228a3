package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.protocol.sql.Redaction;
import dev.mysqlproxy.protocol.sql.StatementKind;
import dev.mysqlproxy.protocol.sql.StatementTables;
import java.util.Arrays;

/**
 * Reads what is remembered of a statement besides its digest. Statements that may have passwords in them are always
 * remembered without literals. Any thread.
 *
 * @param maxText bytes of an example
 * @param literals whether examples show their literals
 */
record StatementReader(int maxText, boolean literals) {

    /** Reads a statement that is new. */
    DigestEntry.Statement read(Observation observation) {
        return new DigestEntry.Statement(
                StatementKind.of(observation.statement).name(),
                StatementTables.of(observation.statement),
                example(observation));
    }

    /** The beginning of a statement as it may be shown. */
    byte[] example(Observation observation) {
        return shown(observation, maxText);
    }

    /** So many bytes of a statement as they may be shown. */
    byte[] shown(Observation observation, int most) {
        byte[] text = literals
                ? Redaction.passwords(observation.statement, observation.backslashEscapes)
                : Redaction.literals(observation.statement, observation.backslashEscapes);
        return text.length > most ? Arrays.copyOf(text, most) : text;
    }
}
