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

    /**
     * Use the connection that {@code SessionView.take} took: the client is greeted with what its server once said, and
     * logs in by COM_CHANGE_USER. As {@link Proceed} when none was taken.
     */
    record UseTaken() implements ConnectDecision {
        private static final UseTaken INSTANCE = new UseTaken();
    }

    /**
     * Send this in place of a server's greeting. When it is a greeting (first byte 0x0a) the session goes on without a
     * server: hooks answer whatever comes. Anything else ends it.
     */
    record Answer(Reply reply) implements ConnectDecision {
        public Answer {
            Objects.requireNonNull(reply, "reply");
        }
    }

    /** See {@link Proceed}. */
    static ConnectDecision proceed() {
        return Proceed.INSTANCE;
    }

    /** See {@link Use}. */
    static ConnectDecision use(int backendIndex) {
        return new Use(backendIndex);
    }

    /** See {@link Refuse}. */
    static ConnectDecision refuse(Reply.Err error) {
        return new Refuse(error);
    }

    /** See {@link UseTaken}. */
    static ConnectDecision useTaken() {
        return UseTaken.INSTANCE;
    }

    /** See {@link Answer}. */
    static ConnectDecision answer(Reply reply) {
        return new Answer(reply);
    }
}
