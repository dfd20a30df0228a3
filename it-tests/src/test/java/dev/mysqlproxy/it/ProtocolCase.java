package dev.mysqlproxy.it;

import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.server.TestServer;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/**
 * Something a client says, whose answers are the same every time it is said on a new connection.
 *
 * @param fits whether it makes sense with a server and these capability flags
 * @param mask makes equal in a line of the transcript what may differ
 */
record ProtocolCase(
        String name,
        BiPredicate<TestServer.Kind, Long> fits,
        boolean asRoot,
        Script script,
        UnaryOperator<String> mask) {

    /** What is said. */
    @FunctionalInterface
    interface Script {
        void run(RawClient client);
    }

    /** What a mask makes of a line that is left out of the comparison. */
    static final String NOT_COMPARED = "(not compared)";

    static ProtocolCase of(String name, Script script) {
        return new ProtocolCase(name, (kind, flags) -> true, false, script, UnaryOperator.identity());
    }

    ProtocolCase with(long flags) {
        BiPredicate<TestServer.Kind, Long> more = (kind, given) -> (given & flags) == flags;
        return new ProtocolCase(name, fits.and(more), asRoot, script, mask);
    }

    ProtocolCase on(TestServer.Kind wanted) {
        return new ProtocolCase(name, fits.and((kind, given) -> kind == wanted), asRoot, script, mask);
    }

    ProtocolCase byRoot() {
        return new ProtocolCase(name, fits, true, script, mask);
    }

    ProtocolCase masking(UnaryOperator<String> masks) {
        return new ProtocolCase(name, fits, asRoot, script, masks);
    }

    @Override
    public String toString() {
        return name;
    }
}
