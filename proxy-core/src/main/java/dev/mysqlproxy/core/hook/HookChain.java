package dev.mysqlproxy.core.hook;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.decision.RowDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.hook.LoginCompletedHook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.hook.RowHook;
import dev.mysqlproxy.api.hook.SessionOpenedHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hooks of all plugins, in order. Immutable; called on the event loop of the session at hand. What a hook throws
 * ends here: as a log line and no decision, or as a {@link HookFailedException} when its plugin fails closed.
 */
public final class HookChain {

    private static final Logger LOG = LoggerFactory.getLogger(HookChain.class);

    /** No hooks. */
    public static final HookChain NONE = new HookChain(List.of());

    /** What tells of a prepared statement, its parameters and its end. */
    private static final CommandType[] PREPARED = {
        CommandType.COM_STMT_PREPARE,
        CommandType.COM_STMT_EXECUTE,
        CommandType.COM_STMT_SEND_LONG_DATA,
        CommandType.COM_STMT_RESET,
        CommandType.COM_STMT_CLOSE
    };

    private final List<Registered<SessionOpenedHook>> opened;
    private final List<Registered<ConnectHook>> connect;
    private final List<Registered<HandshakeHook>> handshake;
    private final List<Registered<AuthHook>> auth;
    private final List<Registered<AuthResultHook>> authResult;
    private final List<Registered<LoginCompletedHook>> loginCompleted;
    private final List<Registered<QueryHook>> query;
    private final List<Registered<RowHook>> row;
    private final List<Registered<QueryCompletedHook>> completed;
    private final List<Registered<DisconnectHook>> disconnect;
    /** Codes of commands whose content some hook wants to see. */
    private final BitSet watched = new BitSet(256);

    private final List<BitSet> queryInterests;
    private final List<BitSet> rowInterests;
    private final List<BitSet> completedInterests;
    private final BitSet rowsSeen;
    private final BitSet completedSeen;
    private final boolean wantsPrepared;

    /**
     * A decision and the hook that made it.
     *
     * @param position the hook's place among those that are asked
     */
    public record QueryVerdict(QueryDecision decision, Registered<QueryHook> by, int position) {
        private static final QueryVerdict FORWARD = new QueryVerdict(QueryDecision.forward(), null, 0);

        /** Of the proxy itself. */
        public static QueryVerdict own(QueryDecision decision) {
            return new QueryVerdict(decision, null, 0);
        }

        /** What the hook that wanted to decide later has decided. */
        public QueryVerdict atLast(QueryDecision later) {
            return new QueryVerdict(later, by, position);
        }
    }

    /** A transformation of rows and the hook that wants it. */
    public record RowVerdict(RowDecision.Transform decision, Registered<RowHook> by) {}

    /** A chain of these hooks in their order. */
    public HookChain(List<Registered<Hook>> hooks) {
        opened = of(hooks, SessionOpenedHook.class);
        connect = of(hooks, ConnectHook.class);
        handshake = of(hooks, HandshakeHook.class);
        auth = of(hooks, AuthHook.class);
        authResult = of(hooks, AuthResultHook.class);
        loginCompleted = of(hooks, LoginCompletedHook.class);
        query = of(hooks, QueryHook.class);
        row = of(hooks, RowHook.class);
        completed = of(hooks, QueryCompletedHook.class);
        disconnect = of(hooks, DisconnectHook.class);
        queryInterests = interests(query, QueryHook::commandTypes);
        rowInterests = interests(row, RowHook::rowTypes);
        completedInterests = interests(completed, QueryCompletedHook::completedTypes);
        rowsSeen = union(rowInterests);
        completedSeen = union(completedInterests);
        wantsPrepared = hooks.stream().anyMatch(of -> of.hook().needsPreparedStatements());
        watched.or(union(queryInterests));
        watched.or(rowsSeen);
        watched.or(completedSeen);
        if (wantsPrepared || seesPreparedRows()) {
            for (CommandType type : PREPARED) {
                watched.set(type.code());
            }
        }
        if (seesPreparedRows()) {
            // its rows are as the execution has shown its columns
            watched.set(CommandType.COM_STMT_FETCH.code());
        }
    }

    private static <H extends Hook> List<BitSet> interests(
            List<Registered<H>> hooks, Function<H, Set<CommandType>> commandTypes) {
        List<BitSet> all = new ArrayList<>();
        for (Registered<H> registered : hooks) {
            BitSet interest = new BitSet(256);
            commandTypes.apply(registered.hook()).forEach(type -> interest.set(type.code()));
            all.add(interest);
        }
        return all;
    }

    private static BitSet union(List<BitSet> interests) {
        BitSet all = new BitSet(256);
        interests.forEach(all::or);
        return all;
    }

    private static <H extends Hook> List<Registered<H>> of(List<Registered<Hook>> hooks, Class<H> kind) {
        List<Registered<H>> found = new ArrayList<>();
        for (Registered<Hook> registered : hooks) {
            if (kind.isInstance(registered.hook())) {
                found.add(new Registered<>(registered.plugin(), registered.failClosed(), kind.cast(registered.hook())));
            }
        }
        return List.copyOf(found);
    }

    /** Whether some hook wants to see the content of commands with this first byte. */
    public boolean watches(int commandCode) {
        return watched.get(commandCode);
    }

    /** Whether some hook wants greetings. */
    public boolean seesHandshake() {
        return !handshake.isEmpty();
    }

    /** Whether some hook wants logins. */
    public boolean seesAuth() {
        return !auth.isEmpty();
    }

    /** Whether some hook wants the answers to logins. */
    public boolean seesAuthResult() {
        return !authResult.isEmpty();
    }

    /** Whether somebody must be told of logins. */
    public boolean seesLoginCompleted() {
        return !loginCompleted.isEmpty();
    }

    /** Whether somebody must be told of the ends of commands with this first byte. */
    public boolean seesCompleted(int commandCode) {
        return completedSeen.get(commandCode);
    }

    /** Whether some hook wants to see rows of results of commands with this first byte. */
    public boolean seesRows(int commandCode) {
        return rowsSeen.get(commandCode);
    }

    /** Whether some hook wants to see rows of prepared statements, whose columns may have to be remembered. */
    public boolean seesPreparedRows() {
        return rowsSeen.get(CommandType.COM_STMT_EXECUTE.code()) || rowsSeen.get(CommandType.COM_STMT_FETCH.code());
    }

    /** Whether some hook wants to know texts and parameters of prepared statements. */
    public boolean wantsPrepared() {
        return wantsPrepared;
    }

    public void sessionOpened(SessionView session) {
        tell(opened, "session opened", hook -> hook.onSessionOpened(session));
    }

    public void loginCompleted(SessionView session, LoginSummary login) {
        tell(loginCompleted, "login completed", hook -> hook.onLoginCompleted(session, login));
    }

    public ConnectDecision connect(SessionView session) {
        return first(
                connect,
                "connect",
                hook -> hook.onConnect(session),
                decision -> decision instanceof ConnectDecision.Proceed,
                ConnectDecision.proceed());
    }

    public LoginDecision handshake(SessionView session, byte[] greeting) {
        return login(handshake, "handshake", hook -> hook.onHandshake(session, greeting));
    }

    public LoginDecision auth(SessionView session, byte[] response) {
        return login(auth, "auth", hook -> hook.onAuth(session, response));
    }

    public LoginDecision authResult(SessionView session, byte[] packet) {
        return login(authResult, "auth result", hook -> hook.onAuthResult(session, packet));
    }

    private static <H extends Hook> LoginDecision login(
            List<Registered<H>> hooks, String name, Function<H, LoginDecision> call) {
        return first(hooks, name, call, decision -> decision instanceof LoginDecision.Proceed, LoginDecision.proceed());
    }

    private static <H extends Hook, D> D first(
            List<Registered<H>> hooks, String name, Function<H, D> call, Predicate<D> undecided, D fallback) {
        for (int i = 0; i < hooks.size(); i++) {
            Registered<H> registered = hooks.get(i);
            D decision = call(registered, name, call);
            if (decision != null && !undecided.test(decision)) {
                return decision;
            }
        }
        return fallback;
    }

    /** What to do with a command, and who says so. */
    public QueryVerdict query(SessionView session, Command command) {
        return queryFrom(0, session, command);
    }

    /** As {@link #query}, but only asking the hooks behind the one that decided so: it has answered "forward" by now. */
    public QueryVerdict queryAfter(QueryVerdict asked, SessionView session, Command command) {
        return queryFrom(asked.position() + 1, session, command);
    }

    private QueryVerdict queryFrom(int start, SessionView session, Command command) {
        for (int i = start; i < query.size(); i++) {
            if (!queryInterests.get(i).get(command.code())) {
                continue;
            }
            Registered<QueryHook> registered = query.get(i);
            QueryDecision decision = call(registered, "query", hook -> hook.onQuery(session, command));
            if (decision != null && !(decision instanceof QueryDecision.Forward)) {
                return new QueryVerdict(decision, registered, i);
            }
        }
        return QueryVerdict.FORWARD;
    }

    /** A decision that was to come later failed: no decision, or the end of the session. */
    public void laterFailed(Registered<QueryHook> registered, Throwable error) {
        failed(registered, "query", error);
    }

    /** What to do with the result of an injection; pass when the hook that injected does not look at results. */
    public ResultDecision queryResult(Registered<QueryHook> injector, Function<QueryResultHook, ResultDecision> call) {
        if (!(injector.hook() instanceof QueryResultHook)) {
            return ResultDecision.pass();
        }
        ResultDecision decision = call(injector, "query result", hook -> call.apply((QueryResultHook) hook));
        return decision == null ? ResultDecision.pass() : decision;
    }

    /**
     * What hooks want done to the rows of a result set, in order, each having been shown the columns as those before it
     * leave them; empty when all of them let it pass.
     */
    public List<RowVerdict> rows(SessionView session, Command command, List<ResultView.Column> columns) {
        List<RowVerdict> verdicts = new ArrayList<>();
        List<ResultView.Column> shown = columns;
        for (int i = 0; i < row.size(); i++) {
            if (!rowInterests.get(i).get(command.code())) {
                continue;
            }
            Registered<RowHook> registered = row.get(i);
            List<ResultView.Column> now = shown;
            RowDecision decision =
                    call(registered, "row", hook -> checked(hook.onResultSet(session, command, now), now));
            if (decision instanceof RowDecision.Transform transform) {
                verdicts.add(new RowVerdict(transform, registered));
                shown = transform.columns();
            }
        }
        return verdicts;
    }

    private static RowDecision checked(RowDecision decision, List<ResultView.Column> columns) {
        if (decision instanceof RowDecision.Transform transform
                && transform.columns().size() != columns.size()) {
            throw new IllegalStateException(
                    "shows " + transform.columns().size() + " columns of a result that has " + columns.size());
        }
        return decision;
    }

    /** A transformation of a row failed; the result ends with an error, or the session. */
    public void rowFailed(RowVerdict verdict, Throwable error) {
        failed(verdict.by(), "row", error);
    }

    /** The result set of a transformation is over. */
    public void rowsEnded(RowVerdict verdict) {
        try {
            verdict.decision().rows().onEnd();
        } catch (Throwable e) {
            log(verdict.by(), "row", e);
        }
    }

    /** Tells who wants to hear of commands of this type. */
    public void completed(SessionView session, Command command, QuerySummary summary) {
        int code = command.code();
        for (int i = 0; i < completed.size(); i++) {
            if (!completedInterests.get(i).get(code)) {
                continue;
            }
            Registered<QueryCompletedHook> registered = completed.get(i);
            // as tell does, but without an object for each command
            try {
                registered.hook().onQueryCompleted(session, command, summary);
            } catch (Throwable e) {
                log(registered, "query completed", e);
            }
        }
    }

    public void disconnect(SessionView session, String cause) {
        tell(disconnect, "disconnect", hook -> hook.onDisconnect(session, cause));
    }

    private static <H extends Hook> void tell(List<Registered<H>> hooks, String name, Consumer<H> call) {
        for (int i = 0; i < hooks.size(); i++) {
            tell(hooks.get(i), name, call);
        }
    }

    private static <H extends Hook> void tell(Registered<H> registered, String name, Consumer<H> call) {
        try {
            call.accept(registered.hook());
        } catch (Throwable e) {
            // an error, too: the loop has other sessions
            log(registered, name, e);
        }
    }

    private static <H extends Hook, D> D call(Registered<H> registered, String name, Function<? super H, D> call) {
        try {
            return call.apply(registered.hook());
        } catch (ProtocolViolationException e) {
            // what the hook looked at makes no sense: not its fault
            throw e;
        } catch (Throwable e) {
            failed(registered, name, e);
            return null;
        }
    }

    private static void failed(Registered<? extends Hook> registered, String name, Throwable error) {
        log(registered, name, error);
        if (registered.failClosed()) {
            throw new HookFailedException(registered.plugin(), name);
        }
    }

    private static void log(Registered<? extends Hook> registered, String name, Throwable error) {
        LOG.atError()
                .setCause(error)
                .addKeyValue("plugin", registered.plugin())
                .addKeyValue("hook", name)
                .log("a plugin's hook failed");
    }
}
