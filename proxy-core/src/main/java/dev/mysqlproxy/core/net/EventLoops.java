package dev.mysqlproxy.core.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;

/**
 * Event loops that have closed all their channels when they end. Netty's own forget to when they are told to end, without a
 * quiet period, while they work on a task: they look whether they should close channels before the tasks, and whether they
 * should end behind them.
 */
final class EventLoops extends MultiThreadIoEventLoopGroup {

    EventLoops(int threads, IoHandlerFactory factory) {
        super(threads, new DefaultThreadFactory("loop", true), factory);
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... none) {
        return new Loop(this, executor, factory);
    }

    private static final class Loop extends SingleThreadIoEventLoop {

        Loop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory factory) {
            super(parent, executor, factory);
        }

        @Override
        protected void run() {
            super.run();
            if (isShuttingDown()) {
                // tasks are still taken
                ioHandler().prepareToDestroy();
            }
        }
    }
}
