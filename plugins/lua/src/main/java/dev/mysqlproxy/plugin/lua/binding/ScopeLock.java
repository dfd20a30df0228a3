package dev.mysqlproxy.plugin.lua.binding;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of a Lua state. A hook holds it for some microseconds, while to put a thread to sleep and to wake it costs more
 * than that: whoever finds it taken looks again for a while before going to sleep.
 */
final class ScopeLock extends ReentrantLock {

    private static final long serialVersionUID = 1L;

    /** Looks at the lock before sleeping: some tens of microseconds. */
    private static final int LOOKS = 1500;

    @Override
    public void lock() {
        if (tryLock()) {
            return;
        }
        for (int i = 0; i < LOOKS; i++) {
            Thread.onSpinWait();
            if (!isLocked() && tryLock()) {
                return;
            }
        }
        super.lock();
    }
}
