package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A plugin that answers each command and each result as the test says, and remembers what it was asked. */
final class Script implements QueryHook, QueryResultHook {

    /** What it saw of a result. */
    record Result(Injection injection, QuerySummary summary, Optional<ResultView> view) {}

    final List<String> texts = new CopyOnWriteArrayList<>();
    final List<Integer> injections = new CopyOnWriteArrayList<>();
    final List<QuerySummary> summaries = new CopyOnWriteArrayList<>();

    private final Function<Command, QueryDecision> onQuery;
    private final Deque<Function<Result, ResultDecision>> onResults = new ArrayDeque<>();
    private Set<CommandType> types = EnumSet.of(CommandType.COM_QUERY);

    private Script(Function<Command, QueryDecision> onQuery) {
        this.onQuery = onQuery;
    }

    static Script decides(Function<Command, QueryDecision> onQuery) {
        return new Script(onQuery);
    }

    static Script always(QueryDecision decision) {
        return new Script(command -> decision);
    }

    static Script injects(Injection... injections) {
        return always(QueryDecision.inject(injections));
    }

    Script watching(CommandType first, CommandType... more) {
        types = EnumSet.of(first, more);
        return this;
    }

    /** Decides on the next result, in the order of these calls; results after that pass. */
    Script then(Function<Result, ResultDecision> onResult) {
        onResults.add(onResult);
        return this;
    }

    Script then(ResultDecision decision) {
        return then(result -> decision);
    }

    @Override
    public Set<CommandType> commandTypes() {
        return types;
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        texts.add(command.text());
        return onQuery.apply(command);
    }

    @Override
    public ResultDecision onQueryResult(
            SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
        injections.add(injection.id());
        summaries.add(summary);
        Function<Result, ResultDecision> next = onResults.poll();
        return next == null ? ResultDecision.pass() : next.apply(new Result(injection, summary, result));
    }
}
