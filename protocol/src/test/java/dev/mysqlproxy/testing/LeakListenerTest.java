package dev.mysqlproxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class LeakListenerTest {

    @Test
    void seesADroppedBufferOnce() {
        assertThat(LeakListener.leaks()).isEmpty();
        drop();
        assertThat(LeakListener.leaks()).hasSize(1).first().asString().contains("LeakListenerTest.drop");
        assertThat(LeakListener.leaks()).isEmpty();
    }

    @Test
    void sayNothingOfReleasedBuffers() {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer().writeZero(100);
        buffer.readRetainedSlice(10).release();
        buffer.release();
        assertThat(LeakListener.leaks()).isEmpty();
    }

    private static void drop() {
        PooledByteBufAllocator.DEFAULT.buffer().writeByte(1);
    }
}
