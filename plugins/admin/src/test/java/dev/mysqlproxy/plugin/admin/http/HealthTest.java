package dev.mysqlproxy.plugin.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.lifecycle.ProxyControl.ListenerInfo;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.BackendView.Mode;
import dev.mysqlproxy.api.view.BackendView.State;
import dev.mysqlproxy.testkit.FakeContext;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HealthTest {

    private final FakeContext context = new FakeContext();
    private final AtomicBoolean reachable = new AtomicBoolean();
    private final Health health =
            new Health(context.control(), context.backends(), backend -> reachable.get(), Duration.ofSeconds(10));

    private void listening() {
        context.control().with(new ListenerInfo("proxy", "forwarding", "127.0.0.1:4040", "", 0));
    }

    private static String text(Response response) {
        return response.status() + " " + new String(response.body(), UTF_8).strip();
    }

    @Test
    void alive() {
        assertThat(text(health.alive())).isEqualTo("200 ok");
    }

    @Test
    void notAliveWhileAnEventLoopDoesNotAnswer() {
        CompletableFuture<Void> pulse = new CompletableFuture<>();
        ProxyControl control = (ProxyControl) Proxy.newProxyInstance(
                ProxyControl.class.getClassLoader(),
                new Class<?>[] {ProxyControl.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("pulse");
                    return pulse;
                });
        Health hanging = new Health(control, context.backends(), backend -> true, Duration.ofMillis(1));

        assertThat(text(hanging.alive())).startsWith("503 an event loop has not answered for ");
        pulse.complete(null);
        assertThat(text(hanging.alive())).isEqualTo("200 ok");
    }

    @Test
    void notReadyWithoutAPort() {
        context.backends().addUp("db1:3306");
        context.control().with(new ListenerInfo("admin", "local", "127.0.0.1:4041", "", 0));

        assertThat(text(health.ready()))
                .isEqualTo("503 no port for clients is open: the proxy is starting or stopping");
        listening();
        assertThat(text(health.ready())).isEqualTo("200 ready");
    }

    @Test
    void notReadyWithoutABackendForWrites() {
        listening();
        assertThat(text(health.ready())).isEqualTo("503 no read/write backend takes sessions: there is none");
        context.backends().add("ro:3306", BackendView.Type.RO);
        assertThat(text(health.ready())).isEqualTo("503 no read/write backend takes sessions: there is none");
        int first = context.backends().add("db1:3306", BackendView.Type.RW).index();
        int second = context.backends().addUp("db2:3306").index();
        assertThat(text(health.ready())).isEqualTo("200 ready");
        context.backends().setState(first, State.DOWN);
        context.backends().setMode(second, Mode.DRAIN);
        assertThat(text(health.ready()))
                .isEqualTo("503 no read/write backend takes sessions: db1:3306 is down, db2:3306 is drain");
        context.backends().setMode(second, Mode.ONLINE);
        assertThat(text(health.ready())).isEqualTo("200 ready");
    }

    @Test
    void serverThatIsBackIsTriedAgain() {
        listening();
        int index = context.backends().addUp("db1:3306").index();
        context.backends().setState(index, State.DOWN);
        assertThat(health.ready().status()).isEqualTo(503);
        reachable.set(true);

        assertThat(health.ready().status()).isEqualTo(200);
        assertThat(context.backends().snapshot().get(0).state()).isEqualTo(State.UNKNOWN);
        context.backends().setState(index, State.DOWN);
        context.backends().setMode(index, Mode.OFFLINE);
        assertThat(health.ready().status()).isEqualTo(503);
        assertThat(context.backends().snapshot().get(0).state()).isEqualTo(State.DOWN);
    }

    @Test
    void probeSeesWhoListens() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
            assertThat(new Probe().test(context.backends().addUp("127.0.0.1:" + port)))
                    .isTrue();
        }
        assertThat(new Probe().test(context.backends().addUp("localhost:" + port)))
                .isFalse();
        assertThat(new Probe().test(context.backends().addUp("/there/is/no/socket")))
                .isFalse();
    }
}
