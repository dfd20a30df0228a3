package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.plugin.lua.binding.Constants;
import dev.mysqlproxy.plugin.lua.binding.Queries;
import dev.mysqlproxy.plugin.lua.binding.Response;
import dev.mysqlproxy.plugin.lua.binding.SessionContext;
import dev.mysqlproxy.plugin.lua.binding.World;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The scripts of one session, in their order: the first one that decides wins. On the session's event loop; takes the
 * world's lock by itself.
 */
final class SessionScripts {

    /** What a greeting begins with: protocol 10. */
    private static final int GREETING = 0x0a;

    private static final Reply CHANGE_USER_BROKEN =
            Reply.error(1105, "07000", "COM_CHANGE_USER is broken on 5.1.14-.17, please upgrade the MySQL Server");

    private final Scope scope;
    private final ReentrantLock lock;
    private final SessionContext session;
    private final ScriptInstance[] scripts;
    private final InjectedQueries injected;

    SessionScripts(List<Path> paths, Scope scope, SessionView view, boolean admin) {
        World world = scope.world();
        this.scope = scope;
        this.lock = world.lock();
        this.session = new SessionContext(world, view, admin);
        this.scripts = new ScriptInstance[paths.size()];
        for (int i = 0; i < scripts.length; i++) {
            scripts[i] = new ScriptInstance(paths.get(i), scope, world, session);
        }
        this.injected = new InjectedQueries(world, scope.log());
    }

    /** The queries of these scripts that are on their way. */
    InjectedQueries injected() {
        return injected;
    }

    SessionContext session() {
        return session;
    }

    ConnectDecision connect() {
        lock.lock();
        try {
            session.choose();
            session.connecting(true);
            for (ScriptInstance script : scripts) {
                ConnectDecision decision = connect(script);
                if (decision != null) {
                    return decision;
                }
            }
            return ConnectDecision.proceed();
        } finally {
            session.connecting(false);
            lock.unlock();
        }
    }

    private ConnectDecision connect(ScriptInstance script) {
        int decision = script.call(HookName.CONNECT_SERVER, null);
        if (decision == Constants.PROXY_SEND_RESULT) {
            return answer(script.reply());
        }
        if (decision == ScriptInstance.NOT_LOADED || decision == ScriptInstance.STOPPED) {
            return ConnectDecision.answer(script.error());
        }
        if (decision == Constants.PROXY_IGNORE_RESULT && session.taken()) {
            return ConnectDecision.useTaken();
        }
        return session.chosen() > 0 ? ConnectDecision.use(session.chosen()) : null;
    }

    /** An error is an answer, too: what is refused has no SQLSTATE, what a script says has one. */
    private ConnectDecision answer(Reply reply) {
        if (reply instanceof Reply.Raw raw
                && raw.payloads().get(0).length > 0
                && raw.payloads().get(0)[0] == GREETING) {
            session.greeting(raw.payloads().get(0));
        }
        return ConnectDecision.answer(reply);
    }

    LoginDecision handshake(byte[] greeting) {
        lock.lock();
        try {
            session.greeting(greeting);
            for (ScriptInstance script : scripts) {
                int decision = script.call(HookName.READ_HANDSHAKE, null);
                if (decision == Constants.PROXY_SEND_QUERY) {
                    scope.log()
                            .warning("(read_handshake) 'return proxy.PROXY_SEND_QUERY' is deprecated here, use"
                                    + " 'return proxy.PROXY_SEND_RESULT'");
                }
                if (decision == Constants.PROXY_SEND_RESULT || decision == Constants.PROXY_SEND_QUERY) {
                    Reply reply = script.reply();
                    return reply instanceof Reply.Err error ? LoginDecision.refuse(error) : LoginDecision.answer(reply);
                }
                if (decision == ScriptInstance.STOPPED) {
                    return LoginDecision.refuse(script.error());
                }
            }
            return LoginDecision.proceed();
        } finally {
            lock.unlock();
        }
    }

    LoginDecision auth(byte[] response) {
        lock.lock();
        try {
            session.login(response);
            for (ScriptInstance script : scripts) {
                int decision = script.call(HookName.READ_AUTH, null);
                if (decision == Constants.PROXY_SEND_RESULT) {
                    return LoginDecision.answer(script.reply());
                }
                if (decision == ScriptInstance.STOPPED) {
                    return LoginDecision.refuse(script.error());
                }
                if (decision == Constants.PROXY_SEND_QUERY) {
                    Queries.Entry first = script.queries().poll();
                    script.queries().clear();
                    if (first != null && first.packet().m_length > 0) {
                        return LoginDecision.replace(first.payload());
                    }
                }
            }
            return LoginDecision.proceed();
        } finally {
            lock.unlock();
        }
    }

    LoginDecision authResult(byte[] packet) {
        lock.lock();
        try {
            for (ScriptInstance script : scripts) {
                int decision = script.call(HookName.READ_AUTH_RESULT, packet);
                if (decision == Constants.PROXY_SEND_RESULT) {
                    return LoginDecision.answer(script.reply());
                }
                if (decision == ScriptInstance.STOPPED) {
                    return LoginDecision.refuse(script.error());
                }
            }
            return LoginDecision.proceed();
        } finally {
            lock.unlock();
        }
    }

    QueryDecision query(Command command) {
        if (command.is(CommandType.COM_CHANGE_USER) && session.changeUserBroken()) {
            return QueryDecision.answer(CHANGE_USER_BROKEN);
        }
        lock.lock();
        try {
            session.attributes(command.attributes());
            injected.forget();
            for (ScriptInstance script : scripts) {
                QueryDecision decision = query(script, command);
                if (decision != null) {
                    return decision;
                }
            }
            return QueryDecision.forward();
        } finally {
            lock.unlock();
        }
    }

    private QueryDecision query(ScriptInstance script, Command command) {
        int decision = script.call(HookName.READ_QUERY, command);
        return switch (decision) {
            case ScriptInstance.NONE -> discard(script.queries());
            case Constants.PROXY_SEND_QUERY -> inject(script, command);
            case Constants.PROXY_SEND_RESULT -> {
                script.queries().clear();
                yield QueryDecision.answer(script.reply());
            }
            case ScriptInstance.FAILED -> scope.settings().failClosed() ? QueryDecision.answer(script.reply()) : null;
            case ScriptInstance.STOPPED -> QueryDecision.answer(script.reply());
            case ScriptInstance.NOT_LOADED -> QueryDecision.refuse(script.error());
            default -> {
                scope.log()
                        .critical("(read_query) returned " + script.returned() + ", which is none of nothing,"
                                + " proxy.PROXY_SEND_QUERY and proxy.PROXY_SEND_RESULT; the query is forwarded");
                yield discard(script.queries());
            }
        };
    }

    /** No decision; what is queued is forgotten. */
    private QueryDecision discard(Queries queries) {
        if (queries.size() > 0) {
            scope.log()
                    .critical("(read_query) proxy.queries:append() or :prepend() was used without"
                            + " 'return proxy.PROXY_SEND_QUERY'. Discarding " + queries.size() + " elements");
            queries.clear();
        }
        return null;
    }

    private QueryDecision inject(ScriptInstance script, Command command) {
        if (!command.complete()) {
            scope.log()
                    .critical("(read_query) 'return proxy.PROXY_SEND_QUERY' is not possible with a command that is"
                            + " longer than --max-hook-packet; it is forwarded as it is");
            script.queries().clear();
            return null;
        }
        Injection first = injected.next(script);
        if (first == null) {
            scope.log()
                    .critical("(read_query) 'return proxy.PROXY_SEND_QUERY' used without proxy.queries:append() or"
                            + " :prepend(); the query is forwarded as it is");
            return null;
        }
        return QueryDecision.inject(first);
    }

    /** Only scripts that have run in this session hear of its end. */
    void disconnect() {
        lock.lock();
        try {
            for (ScriptInstance script : scripts) {
                if (script.loaded()) {
                    script.call(HookName.DISCONNECT_CLIENT, null);
                }
                script.close();
            }
            session.close();
        } finally {
            lock.unlock();
        }
    }

    /** The one answer to a command of the admin listener's client. */
    Reply answer(Command command, SessionView view) {
        lock.lock();
        try {
            session.attributes(command.attributes());
            ScriptInstance script = scripts[0];
            int decision = script.call(HookName.READ_QUERY, command);
            if (decision == ScriptInstance.STOPPED) {
                return script.reply();
            }
            if (decision == Constants.PROXY_SEND_RESULT) {
                return script.reply();
            }
            view.closeAfterAnswer(true);
            if (decision == ScriptInstance.NOT_LOADED) {
                return script.reply();
            }
            boolean nothing = decision == ScriptInstance.NONE || decision == ScriptInstance.FAILED;
            return Reply.error(
                    Response.UNUSABLE.code(),
                    Response.UNUSABLE.sqlState(),
                    "need a resultset + proxy.PROXY_SEND_RESULT" + (nothing ? "" : " ... got something else"));
        } finally {
            lock.unlock();
        }
    }
}
