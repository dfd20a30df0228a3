package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** Lets only those statements run whose records have room: the others wait, or are refused. */
final class Gate implements ConnectHook, QueryHook {

    /** ER_AUDIT_API_ABORT. */
    private static final int ABORTED = 3164;

    private static final String STATE = "HY000";
    private static final Reply.Err REFUSED_STATEMENT =
            Reply.error(ABORTED, STATE, "(proxy) not run: the audit cannot be written");
    private static final Reply.Err REFUSED_CLIENT =
            Reply.error(ABORTED, STATE, "(proxy) no new connections: the audit cannot be written");

    /** Bytes of a record without its texts, about. */
    private static final long FRAME = 512;
    /** Bytes of a statement that was prepared earlier, about. */
    private static final long PREPARED = 1024;
    /** Bytes for connect, login and disconnect. */
    private static final long VISIT = 4096;

    private static final Set<CommandType> WITHOUT_REPLY =
            EnumSet.of(CommandType.COM_QUIT, CommandType.COM_STMT_CLOSE, CommandType.COM_STMT_SEND_LONG_DATA);

    private final Recording recording;
    private final RecordQueue queue;
    private final AuditStatus status;
    private final boolean waits;
    private final Metrics.Counter refusedTotal;
    private final LongAdder refused = new LongAdder();

    /**
     * A gate.
     *
     * @param waits whether statements wait, else they are refused
     * @param refusedTotal counts statements and connections that are refused
     */
    Gate(Recording recording, RecordQueue queue, AuditStatus status, boolean waits, Metrics.Counter refusedTotal) {
        this.recording = recording;
        this.queue = queue;
        this.status = status;
        this.waits = waits;
        this.refusedTotal = refusedTotal;
    }

    @Override
    public Set<CommandType> commandTypes() {
        Set<CommandType> types = EnumSet.noneOf(CommandType.class);
        types.addAll(recording.commandTypes());
        types.removeAll(WITHOUT_REPLY);
        return types;
    }

    /** Statements and connections that were refused. */
    long refused() {
        return refused.sum();
    }

    private void refuse() {
        refused.increment();
        refusedTotal.increment();
    }

    private boolean broken() {
        return !waits && status.isFailing();
    }

    @Override
    public ConnectDecision onConnect(SessionView session) {
        if (broken() || !queue.hasRoom(VISIT)) {
            refuse();
            return ConnectDecision.refuse(REFUSED_CLIENT);
        }
        return ConnectDecision.proceed();
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        AuditSession state = AuditSession.of(session);
        Filters filters = recording.filters();
        if (!state.admits(filters, session) || !state.admitsSchema(filters, session)) {
            return QueryDecision.forward();
        }
        long wanted = wanted(command);
        if (!broken() && queue.reserve(state.reservation(), wanted)) {
            return QueryDecision.forward();
        }
        if (waits) {
            return QueryDecision.later(queue.await(state.reservation(), wanted));
        }
        refuse();
        return QueryDecision.answer(REFUSED_STATEMENT);
    }

    private long wanted(Command command) {
        long text = Math.min(command.length(), recording.maxStatement());
        return switch (Recording.textOf(command.code())) {
            case ARGUMENT -> FRAME + text;
            case PREPARED -> FRAME + PREPARED + (recording.withParameters() ? 3 * text : 0);
            case NONE -> FRAME;
        };
    }
}
