package dev.mysqlproxy.api.decision;

import java.util.Objects;

/** Where a new client goes. */
public sealed interface ConnectDecision {

    /** Ask the next plugin, at last the listener's own choice. */
    record Proceed() implements ConnectDecision {
        private static final Proceed INSTANCE = new Proceed();
    }

    /** Use this backend when it takes sessions, else as {@link Proceed}. */
    record Use(int backendIndex) implements ConnectDecision {
        public Use {
            if (backendIndex < 1) {
                throw new IllegalArgumentException("a backend's index starts at 1: " + backendIndex);
            }
        }
    }

    /** Send this error in place of a greeting and close. */
    record Refuse(Reply.Err error) implements ConnectDecision {
        public Refuse {
            Objects.requireNonNull(error, "error");
        }
    }

    static ConnectDecision proceed() {
        return Proceed.INSTANCE;
    }

    static ConnectDecision use(int backendIndex) {
        return new Use(backendIndex);
    }

    static ConnectDecision refuse(Reply.Err error) {
        return new Refuse(error);
    }
}
