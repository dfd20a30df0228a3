package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.core.hook.Registered;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a hook has sent in place of a client's command, or around it: most commands have none. */
final class InjectionRun {

    private final Registered<QueryHook> by;
    private final Deque<Injection> queue = new ArrayDeque<>();
    private final KeptReply kept = new KeptReply();

    /** @param by the hook, which is shown the results */
    InjectionRun(Registered<QueryHook> by) {
        this.by = by;
    }

    Registered<QueryHook> by() {
        return by;
    }

    /** What is still to be sent. */
    Deque<Injection> queue() {
        return queue;
    }

    /** What has come of the reply at hand, when that does not go straight to the client. */
    KeptReply kept() {
        return kept;
    }
}
