package dev.mysqlproxy.api.decision;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** What to do with a client's command. */
public sealed interface QueryDecision {

    /** Send it on unchanged; the next plugin is asked. */
    record Forward() implements QueryDecision {
        private static final Forward INSTANCE = new Forward();
    }

    /**
     * Send these commands instead, one after the other. Exactly one result goes to the client: the first one whose
     * {@link ResultDecision} is not ignore. A second one that was kept is dropped with a log line, a second one that
     * streams ends the session, and none at all becomes an error.
     */
    record Inject(List<Injection> injections) implements QueryDecision {
        public Inject {
            injections = List.copyOf(injections);
            if (injections.isEmpty()) {
                throw new IllegalArgumentException("nothing to inject: use forward()");
            }
        }
    }

    /** Answer without the server. */
    record Answer(Reply reply) implements QueryDecision {
        public Answer {
            Objects.requireNonNull(reply, "reply");
        }
    }

    /** Answer without the server, then close the session. */
    record Refuse(Reply.Err error) implements QueryDecision {
        public Refuse {
            Objects.requireNonNull(error, "error");
        }
    }

    /**
     * Decide later, off the event loop. The session looks at no further command meanwhile; the stage may complete on any
     * thread. A stage that fails counts as a hook that threw.
     */
    record Later(CompletionStage<QueryDecision> stage) implements QueryDecision {
        public Later {
            Objects.requireNonNull(stage, "stage");
        }
    }

    /** See {@link Forward}. */
    static QueryDecision forward() {
        return Forward.INSTANCE;
    }

    /** See {@link Inject}. */
    static QueryDecision inject(List<Injection> injections) {
        return new Inject(injections);
    }

    /** See {@link Inject}. */
    static QueryDecision inject(Injection... injections) {
        return new Inject(List.of(injections));
    }

    /** See {@link Answer}. */
    static QueryDecision answer(Reply reply) {
        return new Answer(reply);
    }

    /** See {@link Refuse}. */
    static QueryDecision refuse(Reply.Err error) {
        return new Refuse(error);
    }

    /** See {@link Later}. */
    static QueryDecision later(CompletionStage<QueryDecision> stage) {
        return new Later(stage);
    }
}
