package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import java.util.Optional;

/** MySQL Proxy's {@code read_query_result}. */
@FunctionalInterface
public non-sealed interface QueryResultHook extends Hook {

    /**
     * An injection of this very hook object is complete. Not called for commands that have no reply.
     *
     * @param result the whole result when the injection asked for it
     */
    ResultDecision onQueryResult(
            SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result);
}
