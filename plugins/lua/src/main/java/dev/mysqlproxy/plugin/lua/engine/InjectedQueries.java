package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.plugin.lua.binding.Constants;
import dev.mysqlproxy.plugin.lua.binding.InjectionHandle;
import dev.mysqlproxy.plugin.lua.binding.Queries;
import dev.mysqlproxy.plugin.lua.binding.ScriptLog;
import dev.mysqlproxy.plugin.lua.binding.World;
import java.util.List;
import java.util.Optional;

/**
 * The query of a script that is on its way to the server. The proxy is handed one at a time, the next with the result
 * of the one before: until then the queue is the script's, which may reset it, prepend and append.
 */
final class InjectedQueries {

    private final World world;
    private final ScriptLog log;
    private ScriptInstance script;
    private Queries.Entry entry;
    private Injection injection;

    InjectedQueries(World world, ScriptLog log) {
        this.world = world;
        this.log = log;
    }

    /** A new command begins. */
    void forget() {
        script = null;
        entry = null;
        injection = null;
    }

    /** The first query of a script's queue, which is on its way from now on; null when there is none. */
    Injection next(ScriptInstance owner) {
        forget();
        Queries.Entry first = owner.queries().poll();
        while (first != null && first.packet().m_length == 0) {
            log.critical("an empty packet cannot be sent to the server; proxy.queries had one with id " + first.id());
            first = owner.queries().poll();
        }
        if (first == null) {
            return null;
        }
        script = owner;
        entry = first;
        injection = new Injection(first.id(), first.payload(), first.resultNeeded(), true);
        return injection;
    }

    /** Gives a result to the script that wanted the query. */
    ResultDecision result(SessionView session, Injection complete, QuerySummary summary, Optional<ResultView> result) {
        if (!complete.equals(injection)) {
            return ResultDecision.pass();
        }
        long now = System.nanoTime();
        world.lock().lock();
        try {
            ScriptInstance owner = script;
            Queries.Entry query = entry;
            InjectionHandle handle = new InjectionHandle(world, query, summary, result, now);
            int decision = owner.call(HookName.READ_QUERY_RESULT, handle);
            handle.close();
            return decide(session, owner, query, decision);
        } finally {
            world.lock().unlock();
        }
    }

    private ResultDecision decide(SessionView session, ScriptInstance owner, Queries.Entry query, int decision) {
        if (decision == ScriptInstance.STOPPED || decision == ScriptInstance.NOT_LOADED) {
            forget();
            if (owner.loaded()) {
                owner.queries().clear();
            }
            session.closeAfterAnswer(decision == ScriptInstance.NOT_LOADED);
            return query.resultNeeded() ? ResultDecision.replace(owner.reply()) : ResultDecision.pass();
        }
        if (decision > 0 && !query.resultNeeded()) {
            log.critical("(read_query_result) " + owner.path() + " tries to modify the resultset, but hasn't asked to"
                    + " buffer it in proxy.queries:append(..., { resultset_is_needed = true }); the result with id "
                    + query.id() + " is forwarded");
            return pass(next(owner));
        }
        return switch (decision) {
            case Constants.PROXY_SEND_RESULT -> {
                Reply reply = owner.reply();
                yield new ResultDecision.Replace(reply, list(next(owner)));
            }
            case Constants.PROXY_IGNORE_RESULT -> ignore(next(owner));
            case ScriptInstance.NONE, ScriptInstance.FAILED -> pass(next(owner));
            default -> other(owner);
        };
    }

    private ResultDecision other(ScriptInstance owner) {
        log.critical("(read_query_result) returned " + owner.returned() + ", which is none of nothing,"
                + " proxy.PROXY_SEND_RESULT and proxy.PROXY_IGNORE_RESULT");
        Injection next = next(owner);
        // the client must get an answer: this one, when there is no other to come
        return next == null ? ResultDecision.pass() : ignore(next);
    }

    private static List<Injection> list(Injection next) {
        return next == null ? List.of() : List.of(next);
    }

    private static ResultDecision pass(Injection next) {
        return next == null ? ResultDecision.pass() : new ResultDecision.Pass(List.of(next));
    }

    private static ResultDecision ignore(Injection next) {
        return next == null ? ResultDecision.ignore() : new ResultDecision.Ignore(List.of(next));
    }
}
