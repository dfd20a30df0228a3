package dev.mysqlproxy.core.hook;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
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

    private final List<Registered<ConnectHook>> connect;
    private final List<Registered<HandshakeHook>> handshake;
    private final List<Registered<AuthHook>> auth;
    private final List<Registered<AuthResultHook>> authResult;
    private final List<Registered<QueryHook>> query;
    private final List<Registered<QueryCompletedHook>> completed;
    private final List<Registered<DisconnectHook>> disconnect;
    /** Codes of commands whose content some hook wants to see. */
    private final BitSet watched = new BitSet(256);

    private final List<BitSet> queryInterests = new ArrayList<>();

    /** A decision and the hook that made it. */
    public record QueryVerdict(QueryDecision decision, Registered<QueryHook> by) {
        private static final QueryVerdict FORWARD = new QueryVerdict(QueryDecision.forward(), null);
    }

    /** A chain of these hooks in their order. */
    public HookChain(List<Registered<Hook>> hooks) {
        connect = of(hooks, ConnectHook.class);
        handshake = of(hooks, HandshakeHook.class);
        auth = of(hooks, AuthHook.class);
        authResult = of(hooks, AuthResultHook.class);
        query = of(hooks, QueryHook.class);
        completed = of(hooks, QueryCompletedHook.class);
        disconnect = of(hooks, DisconnectHook.class);
        for (Registered<QueryHook> registered : query) {
            BitSet interest = new BitSet(256);
            registered.hook().commandTypes().forEach(type -> interest.set(type.code()));
            queryInterests.add(interest);
            watched.or(interest);
        }
        if (!completed.isEmpty()) {
            for (CommandType type : CommandType.values()) {
                watched.set(type.code());
            }
        }
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

    /** Whether somebody must be told of every command's end. */
    public boolean seesCompleted() {
        return !completed.isEmpty();
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

    /** As {@link #query}, but only asking the hooks behind this one: it has answered "forward" by now. */
    public QueryVerdict queryAfter(Registered<QueryHook> hook, SessionView session, Command command) {
        return queryFrom(query.indexOf(hook) + 1, session, command);
    }

    private QueryVerdict queryFrom(int start, SessionView session, Command command) {
        for (int i = start; i < query.size(); i++) {
            if (!queryInterests.get(i).get(command.code())) {
                continue;
            }
            Registered<QueryHook> registered = query.get(i);
            QueryDecision decision = call(registered, "query", hook -> hook.onQuery(session, command));
            if (decision != null && !(decision instanceof QueryDecision.Forward)) {
                return new QueryVerdict(decision, registered);
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

    public void completed(SessionView session, Command command, QuerySummary summary) {
        tell(completed, "query completed", hook -> hook.onQueryCompleted(session, command, summary));
    }

    public void disconnect(SessionView session, String cause) {
        tell(disconnect, "disconnect", hook -> hook.onDisconnect(session, cause));
    }

    private static <H extends Hook> void tell(List<Registered<H>> hooks, String name, Consumer<H> call) {
        for (int i = 0; i < hooks.size(); i++) {
            Registered<H> registered = hooks.get(i);
            try {
                call.accept(registered.hook());
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                log(registered, name, e);
            }
        }
    }

    private static <H extends Hook, D> D call(Registered<H> registered, String name, Function<? super H, D> call) {
        try {
            return call.apply(registered.hook());
        } catch (ProtocolViolationException e) {
            // what the hook looked at makes no sense: not its fault
            throw e;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
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
