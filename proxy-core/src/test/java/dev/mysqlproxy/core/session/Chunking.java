package dev.mysqlproxy.core.session;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** Decides how many bytes a channel reads at once, so that chunk boundaries fall where a test wants them. */
final class Chunking extends DefaultMaxMessagesRecvByteBufAllocator {

    private static final int USUAL = 64 * 1024;

    private final AtomicInteger reads = new AtomicInteger();
    private volatile int[] next = {};
    private volatile int size = USUAL;

    /** From now on, reads give so many bytes at most. */
    Chunking of(int bytes) {
        size = bytes;
        return this;
    }

    /** The next reads give these numbers of bytes, then the usual. */
    synchronized Chunking first(int... bytes) {
        next = bytes;
        size = USUAL;
        return this;
    }

    /** Reads that were begun. */
    int reads() {
        return reads.get();
    }

    private synchronized int guess() {
        reads.incrementAndGet();
        if (next.length == 0) {
            return size;
        }
        int bytes = next[0];
        next = Arrays.copyOfRange(next, 1, next.length);
        return bytes;
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return Chunking.this.guess();
            }
        };
    }
}
