package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Counts each statement at its end: those of clients and those that hooks injected, and prepared ones each time they are
 * executed, under the text they were prepared from. What a hook answered in a server's place counts without a backend.
 */
final class Recorder implements QueryCompletedHook {

    /** Counted in place of the text of a prepared statement that nobody knows. */
    private static final byte[] UNKNOWN = "EXECUTE unknown".getBytes(StandardCharsets.US_ASCII);

    /** SERVER_STATUS_NO_BACKSLASH_ESCAPES. */
    private static final int NO_BACKSLASH_ESCAPES = 0x200;

    private final DigestStore store;
    private final Observations observations;
    private final SlowStatements slow;
    private final Inband inband;
    private final LongSupplier millis;

    /** @param millis the time since the epoch */
    Recorder(DigestStore store, Observations observations, SlowStatements slow, Inband inband, LongSupplier millis) {
        this.store = store;
        this.observations = observations;
        this.slow = slow;
        this.inband = inband;
        this.millis = millis;
    }

    @Override
    public Set<CommandType> completedTypes() {
        return EnumSet.of(CommandType.COM_QUERY, CommandType.COM_STMT_EXECUTE, CommandType.COM_STMT_BULK_EXECUTE);
    }

    @Override
    public boolean needsPreparedStatements() {
        return true;
    }

    @Override
    public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
        boolean answered = summary.status() == QuerySummary.Status.ANSWERED;
        boolean query = command.is(CommandType.COM_QUERY);
        byte[] statement =
                query ? command.statement() : command.preparedStatement().orElse(UNKNOWN);
        if (answered && query && inband.isOwn(command)) {
            return;
        }
        Seen seen = new Seen(
                statement,
                (session.serverStatus() & NO_BACKSLASH_ESCAPES) == 0,
                session.schema().orElse(""),
                session.user().orElse(""),
                answered ? "" : session.backend().orElse(""),
                summary,
                millis.getAsLong(),
                session.id());
        if (slow.isSlow(summary)) {
            slow(seen, session, query && command.complete());
        } else {
            store.addLater(seen);
        }
    }

    private void slow(Seen seen, SessionView session, boolean explainable) {
        Observation observation = observations.take();
        try {
            observation.read(seen);
            observation.slow = true;
            store.add(observation);
            slow.found(observation, session, explainable);
        } finally {
            observations.giveBack(observation);
        }
    }
}
