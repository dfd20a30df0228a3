package dev.mysqlproxy.core.net;

import static io.netty.buffer.Unpooled.copiedBuffer;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.protocol.proxyheader.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderHandlerTest {

    private static final String HEADER = "PROXY TCP4 10.0.0.7 10.0.0.1 5911 4040\r\n";

    private final List<String> events = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    /** Writes down what those behind the handler hear. */
    private final class Recorder extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            events.add("active");
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            events.add(bytes.toString(US_ASCII));
            bytes.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            events.add("complete");
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            events.add("inactive");
        }
    }

    private void open(Duration timeout) {
        channel.freezeTime();
        channel.pipeline().addLast(new ProxyHeaderHandler(timeout), new Recorder());
        // the embedded channel was active before they came
        channel.pipeline().fireChannelActive();
    }

    private void send(String text) {
        channel.writeInbound(copiedBuffer(text, US_ASCII));
    }

    @Test
    void nobodyHearsOfTheConnectionBeforeTheHeader() {
        open(Duration.ofSeconds(10));
        send(HEADER.substring(0, 20));
        assertThat(events).isEmpty();
        assertThat(ProxyHeaderHandler.header(channel)).isEmpty();
        send(HEADER.substring(20));
        assertThat(events).containsExactly("active", "complete");
        assertThat(ProxyHeaderHandler.header(channel).flatMap(ProxyHeader::source))
                .contains(new InetSocketAddress("10.0.0.7", 5911));
        assertThat(channel.pipeline().get(ProxyHeaderHandler.class)).isNull();
        send("hello");
        channel.finish();
        assertThat(events).containsExactly("active", "complete", "hello", "complete", "inactive");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 50, 100})
    void whatFollowsTheHeaderIsPassedOn(int chunk) {
        open(Duration.ofSeconds(10));
        String all = HEADER + "what follows";
        for (int at = 0; at < all.length(); at += chunk) {
            send(all.substring(at, Math.min(all.length(), at + chunk)));
        }
        events.removeIf("complete"::equals);
        assertThat(events.get(0)).isEqualTo("active");
        assertThat(String.join("", events.subList(1, events.size()))).isEqualTo("what follows");
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aBadHeaderEndsTheConnection() {
        open(Duration.ofSeconds(10));
        ByteBuf bytes = copiedBuffer("PROXY TCP5 10.0.0.7\r\n", US_ASCII);
        channel.writeInbound(bytes);
        assertThat(channel.isOpen()).isFalse();
        assertThat(bytes.refCnt()).isZero();
        assertThat(events).isEmpty();
        assertThat(ProxyHeaderHandler.header(channel)).isEmpty();
    }

    @Test
    void aLateHeaderEndsTheConnection() {
        open(Duration.ofSeconds(10));
        send("PROXY");
        channel.advanceTimeBy(9, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertThat(events).isEmpty();
    }

    @Test
    void theTimeEndsWithTheHeader() {
        open(Duration.ofSeconds(10));
        send(HEADER);
        channel.advanceTimeBy(11, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.finish();
    }

    @Test
    void zeroIsForEver() {
        open(Duration.ZERO);
        channel.advanceTimeBy(1, TimeUnit.DAYS);
        channel.runScheduledPendingTasks();
        send(HEADER);
        assertThat(events).startsWith("active");
        channel.finish();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROXY TCP4"})
    void aClientThatGoesBeforehandIsForgotten(String sent) {
        open(Duration.ofSeconds(10));
        ByteBuf bytes = copiedBuffer(sent, US_ASCII);
        channel.writeInbound(bytes);
        channel.finish();
        assertThat(bytes.refCnt()).isZero();
        assertThat(events).isEmpty();
    }
}
