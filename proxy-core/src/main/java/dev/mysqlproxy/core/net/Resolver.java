package dev.mysqlproxy.core.net;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Turns addresses into socket addresses, each time anew. Names are looked up off the event loops, by the system and
 * under the JDK's cache times; numbers and paths cost nothing.
 */
public final class Resolver implements AutoCloseable {

    private static final int QUEUE = 1000;

    private final ExecutorService lookups;

    public Resolver() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                2,
                2,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(QUEUE),
                new DefaultThreadFactory("resolver", true));
        pool.allowCoreThreadTimeOut(true);
        this.lookups = pool;
    }

    /** All socket addresses of an address, in the system's order; never an empty list. Completes on the given loop. */
    public Future<List<SocketAddress>> resolve(NetAddress address, EventLoop loop) {
        Promise<List<SocketAddress>> promise = loop.newPromise();
        if (address instanceof NetAddress.Local unix) {
            return promise.setSuccess(List.of(unix.socketAddress()));
        }
        NetAddress.Tcp tcp = (NetAddress.Tcp) address;
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(tcp.host());
        if (literal != null) {
            return promise.setSuccess(List.of(socketAddress(literal, tcp.port())));
        }
        try {
            lookups.execute(() -> lookUp(tcp, promise));
        } catch (RejectedExecutionException e) {
            promise.tryFailure(new RejectedExecutionException("too many name look-ups are waiting", e));
        }
        return promise;
    }

    private static void lookUp(NetAddress.Tcp tcp, Promise<List<SocketAddress>> promise) {
        try {
            List<SocketAddress> all = new ArrayList<>();
            for (InetAddress found : InetAddress.getAllByName(tcp.host())) {
                all.add(new InetSocketAddress(found, tcp.port()));
            }
            promise.trySuccess(all);
        } catch (UnknownHostException e) {
            promise.tryFailure(e);
        }
    }

    private static SocketAddress socketAddress(byte[] literal, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(literal), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + literal.length + " bytes", e);
        }
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
