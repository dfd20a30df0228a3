package dev.mysqlproxy.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Finds buffers that were dropped without being released. */
final class Leaks {

    private static final int ROUNDS = 3;
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    private Leaks() {}

    /** From now on every buffer is watched. */
    static void watch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> FOUND.add(type + records));
    }

    /** No buffer was leaked since the last call. */
    static void check() {
        for (int round = 0; round < ROUNDS; round++) {
            collectGarbage();
            // the detector reports when the next buffer is watched
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
            ByteBufAllocator.DEFAULT.heapBuffer(1).release();
        }
        List<String> found = new ArrayList<>(FOUND);
        FOUND.clear();
        assertThat(found).as("leaked buffers").isEmpty();
    }

    private static void collectGarbage() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> canary = new WeakReference<>(new Object(), collected);
        await("garbage collection").until(() -> {
            System.gc();
            return collected.poll() == canary;
        });
    }
}
