package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.hook.HookChain;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Waits until a session has nothing under way with hooks that are to be got rid of, then runs a step. Looks now and then: a
 * command need not know of it. On the session's event loop.
 */
final class HookWait implements Runnable {

    private static final int MOST_MILLIS = 500;

    private final Session session;
    private final Predicate<HookChain> leaving;
    private final Runnable step;
    private int millis = 1;

    HookWait(Session session, Predicate<HookChain> leaving, Runnable step) {
        this.session = session;
        this.leaving = leaving;
        this.step = step;
    }

    @Override
    public void run() {
        HookChain inUse = session.phase().hooksInUse();
        if (inUse == null || !leaving.test(inUse)) {
            step.run();
            return;
        }
        session.client().eventLoop().schedule(this, millis, TimeUnit.MILLISECONDS);
        millis = Math.min(millis * 2, MOST_MILLIS);
    }
}
