package dev.mysqlproxy.testing;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Watches every buffer of every test and fails the test class after which a buffer turned out to have been dropped
 * without a release. Netty's own leak detection only logs. Registers itself wherever this is on the class path
 * together with {@code junit-platform.properties}. Unpooled heap arrays are not watched by Netty, so tests of
 * ownership had better allocate from {@link PooledByteBufAllocator#DEFAULT}.
 */
public final class LeakListener implements BeforeAllCallback, AfterAllCallback {

    /** References become known in no certain order: what the first round collects is known after the second. */
    private static final int ROUNDS = 2;

    private static final long PATIENCE_MILLIS = 5_000;

    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + records));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> leaks = leaks();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " kinds of buffers leaked in " + context.getDisplayName()
                    + " or before it, the first: " + leaks.get(0));
        }
    }

    /** What has leaked since the last call; a kind of leak, which is a stack of calls, is reported once in a run. */
    static List<String> leaks() {
        for (int i = 0; i < ROUNDS; i++) {
            collectGarbage();
        }
        // the detector reports what it has found when it is to watch another buffer
        PooledByteBufAllocator.DEFAULT.buffer(1).release();
        List<String> leaks = new ArrayList<>();
        for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
            leaks.add(leak);
        }
        return leaks;
    }

    private static void collectGarbage() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Reference<Object> witness = new WeakReference<>(new Object(), queue);
        System.gc();
        try {
            if (queue.remove(PATIENCE_MILLIS) != witness) {
                throw new IllegalStateException("this Java does not collect garbage when asked to");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
