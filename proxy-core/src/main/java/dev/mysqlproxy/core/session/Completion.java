package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import java.util.OptionalInt;

/** Times what goes to a server for one command, and tells hooks of each end. On the session's event loop. */
final class Completion {

    private final Session session;
    private final ReplyTracker tracker;
    private final HookChain hooks;
    private final CommandView command;

    private boolean running;
    private long queuedSince = System.nanoTime();
    private long started;
    private long firstByte;
    private long lastByte;
    private long requestBytes;

    /** The command has arrived. */
    Completion(PhaseParts parts, HookChain hooks, CommandView command) {
        this.session = parts.session();
        this.tracker = parts.tracker();
        this.hooks = hooks;
        this.command = command;
    }

    /** Something is being sent. */
    void started() {
        running = true;
        started = System.nanoTime();
        firstByte = 0;
        lastByte = 0;
    }

    /** It has this many bytes. */
    void sent(long bytes) {
        requestBytes = bytes;
    }

    /**
     * Bytes of its reply have come. Most replies come at once: the clock is asked once for both ends.
     *
     * @param last whether they are the last
     */
    void replied(boolean last) {
        if (firstByte == 0 || last) {
            long now = System.nanoTime();
            firstByte = firstByte == 0 ? now : firstByte;
            lastByte = last ? now : 0;
        }
    }

    /** What is sent next has waited from here on. */
    void queued() {
        queuedSince = System.nanoTime();
    }

    /** Whether something was sent whose end has not been told. */
    boolean running() {
        return running;
    }

    /**
     * It is complete.
     *
     * @param injection what it was; null for the client's own command
     */
    QuerySummary ended(QuerySummary.Status status, Injection injection) {
        running = false;
        long now = lastByte == 0 ? System.nanoTime() : lastByte;
        QuerySummary summary = new QuerySummary(
                injection == null ? OptionalInt.empty() : OptionalInt.of(injection.id()),
                status,
                tracker.serverStatus(),
                tracker.errorCode(),
                tracker.sqlState(),
                tracker.errorMessage(),
                tracker.resultSets(),
                tracker.rows(),
                tracker.affectedRows(),
                tracker.lastInsertId(),
                tracker.warnings(),
                requestBytes,
                tracker.bytes(),
                started - queuedSince,
                firstByte == 0 ? now - started : firstByte - started,
                now - started);
        tell(summary);
        return summary;
    }

    /** A hook has answered, or refused, in the server's place. */
    void answered(Reply reply) {
        if (!hooks.seesCompleted(command.code())) {
            return;
        }
        Reply.Err error = reply instanceof Reply.Err err ? err : null;
        Reply.Ok ok = reply instanceof Reply.Ok fine ? fine : null;
        boolean set = reply instanceof Reply.ResultSet || reply instanceof Reply.ByteRows;
        tell(new QuerySummary(
                OptionalInt.empty(),
                QuerySummary.Status.ANSWERED,
                tracker.serverStatus(),
                error == null ? 0 : error.code(),
                error == null ? "" : error.sqlState(),
                error == null ? "" : error.message(),
                set ? 1 : 0,
                rows(reply),
                ok == null ? 0 : ok.affectedRows(),
                ok == null ? 0 : ok.lastInsertId(),
                ok == null ? 0 : ok.warnings(),
                0,
                0,
                System.nanoTime() - queuedSince,
                0,
                0));
    }

    private static long rows(Reply reply) {
        if (reply instanceof Reply.ResultSet set) {
            return set.rows().size();
        }
        return reply instanceof Reply.ByteRows set ? set.rows().size() : 0;
    }

    private void tell(QuerySummary summary) {
        if (hooks.seesCompleted(command.code())) {
            hooks.completed(session, command, summary);
        }
    }
}
