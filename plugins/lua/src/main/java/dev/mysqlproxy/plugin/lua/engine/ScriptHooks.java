package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The hooks of a chain of scripts. All commands are watched: which hooks a script has is only known in each session,
 * and may change there. What belongs to a session hangs on the session and goes with it.
 */
final class ScriptHooks
        implements ConnectHook, HandshakeHook, AuthHook, AuthResultHook, QueryHook, QueryResultHook, DisconnectHook {

    private final SessionKey<SessionScripts> key = new SessionKey<>("scripts");
    private final List<Path> paths;
    private final Scope scope;

    ScriptHooks(List<Path> paths, Scope scope) {
        this.paths = List.copyOf(paths);
        this.scope = scope;
    }

    private SessionScripts scripts(SessionView session) {
        SessionScripts scripts = session.get(key);
        if (scripts == null) {
            scripts = new SessionScripts(paths, scope, session, false);
            session.put(key, scripts);
        }
        return scripts;
    }

    @Override
    public ConnectDecision onConnect(SessionView session) {
        return scripts(session).connect();
    }

    @Override
    public LoginDecision onHandshake(SessionView session, byte[] greeting) {
        return scripts(session).handshake(greeting);
    }

    @Override
    public LoginDecision onAuth(SessionView session, byte[] response) {
        return scripts(session).auth(response);
    }

    @Override
    public LoginDecision onAuthResult(SessionView session, byte[] packet) {
        return scripts(session).authResult(packet);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        return scripts(session).query(command);
    }

    @Override
    public ResultDecision onQueryResult(
            SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
        return scripts(session).injected().result(session, injection, summary, result);
    }

    @Override
    public void onDisconnect(SessionView session, String cause) {
        SessionScripts scripts = session.get(key);
        if (scripts != null) {
            scripts.disconnect();
            session.put(key, null);
        }
    }
}
