package dev.mysqlproxy.api.decision;

import java.util.Objects;

/** What to do with a packet of the connection phase: a greeting, a client's login, or the server's answer to it. */
public sealed interface LoginDecision {

    /** Pass it on; the next plugin is asked. */
    record Proceed() implements LoginDecision {
        private static final Proceed INSTANCE = new Proceed();
    }

    /** Pass this payload on in its place. Not copied, so not to be changed afterwards. */
    record Replace(byte[] payload) implements LoginDecision {
        public Replace {
            if (payload.length == 0) {
                throw new IllegalArgumentException("an empty packet cannot replace one of the connection phase");
            }
        }
    }

    /** Send the client this error and close. */
    record Refuse(Reply.Err error) implements LoginDecision {
        public Refuse {
            Objects.requireNonNull(error, "error");
        }
    }

    /**
     * Send the client this instead. In place of a greeting it ends the session. In answer to a login the session is logged
     * in, unless it is an error, which ends it. In place of a server's answer it changes only what the client sees: what
     * happens next follows the server's packet.
     */
    record Answer(Reply reply) implements LoginDecision {
        public Answer {
            Objects.requireNonNull(reply, "reply");
        }
    }

    /** See {@link Proceed}. */
    static LoginDecision proceed() {
        return Proceed.INSTANCE;
    }

    /** See {@link Replace}. */
    static LoginDecision replace(byte[] payload) {
        return new Replace(payload);
    }

    /** See {@link Refuse}. */
    static LoginDecision refuse(Reply.Err error) {
        return new Refuse(error);
    }

    /** See {@link Answer}. */
    static LoginDecision answer(Reply reply) {
        return new Answer(reply);
    }
}
