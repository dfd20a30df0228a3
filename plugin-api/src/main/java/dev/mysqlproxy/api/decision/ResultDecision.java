package dev.mysqlproxy.api.decision;

import java.util.List;
import java.util.Objects;

/** What to do with the result of an injection. Only an injection with {@code resultNeeded} can be replaced or ignored. */
public sealed interface ResultDecision {

    /** Further injections, sent after those still queued. */
    List<Injection> more();

    /** Give the result to the client. */
    record Pass(List<Injection> more) implements ResultDecision {
        private static final Pass INSTANCE = new Pass(List.of());

        public Pass {
            more = List.copyOf(more);
        }
    }

    /** Give the client this in its place. */
    record Replace(Reply reply, List<Injection> more) implements ResultDecision {
        public Replace {
            Objects.requireNonNull(reply, "reply");
            more = List.copyOf(more);
        }
    }

    /** Give the client nothing for it. */
    record Ignore(List<Injection> more) implements ResultDecision {
        private static final Ignore INSTANCE = new Ignore(List.of());

        public Ignore {
            more = List.copyOf(more);
        }
    }

    /** See {@link Pass}; no more injections. */
    static ResultDecision pass() {
        return Pass.INSTANCE;
    }

    /** See {@link Replace}; no more injections. */
    static ResultDecision replace(Reply reply) {
        return new Replace(reply, List.of());
    }

    /** See {@link Ignore}; no more injections. */
    static ResultDecision ignore() {
        return Ignore.INSTANCE;
    }
}
