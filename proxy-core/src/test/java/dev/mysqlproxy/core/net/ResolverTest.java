package dev.mysqlproxy.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResolverTest {

    private final Transport transport = new Transport(1);
    private final Resolver resolver = new Resolver();
    private final EventLoop loop = transport.loops().next();

    @AfterEach
    void stop() {
        resolver.close();
        transport.close();
    }

    private Future<List<SocketAddress>> resolve(String text) {
        return resolver.resolve(NetAddress.parse(text), loop).awaitUninterruptibly();
    }

    @Test
    void literalsAndPathsNeedNoLookUp() throws UnknownHostException {
        // at once, on the calling thread
        assertThat(resolver.resolve(NetAddress.parse("127.0.0.1:1"), loop).getNow())
                .containsExactly(new InetSocketAddress("127.0.0.1", 1));
        assertThat(resolver.resolve(NetAddress.parse("[::1]:2"), loop).getNow())
                .containsExactly(new InetSocketAddress(InetAddress.getByName("::1"), 2));
        assertThat(resolver.resolve(NetAddress.parse("/run/x.sock"), loop).getNow())
                .containsExactly(new DomainSocketAddress("/run/x.sock"));
        assertThat(resolver.resolve(NetAddress.parse("@x"), loop).getNow())
                .containsExactly(new DomainSocketAddress("\0x"));
    }

    @Test
    void namesAreLookedUp() {
        assertThat(resolve("localhost:3306").getNow())
                .isNotEmpty()
                .allMatch(address -> ((InetSocketAddress) address).getAddress().isLoopbackAddress()
                        && ((InetSocketAddress) address).getPort() == 3306);
    }

    @Test
    void theAnswerComesOnTheLoop() {
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
        resolver.resolve(NetAddress.parse("localhost"), loop)
                .addListener(future -> onLoop.complete(loop.inEventLoop()));
        assertThat(onLoop.join()).isTrue();
    }

    @Test
    void namesThatNobodyKnows() {
        assertThat(resolve("no-such-host.invalid").cause()).isInstanceOf(UnknownHostException.class);
    }
}
