package dev.mysqlproxy.plugin.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.testkit.FakeContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ForwardingPluginTest {

    private final FakeContext context = new FakeContext(ProxyOptions.ALL);

    @Test
    void withoutOptionsItListensWhereMySqlProxyDid() throws StartException {
        new ForwardingPlugin().start(context);

        Listener.Forwarding listener = onlyListener();
        assertThat(listener.name()).isEqualTo("proxy");
        assertThat(listener.address()).isEqualTo(":4040");
        assertThat(listener.announcement().formatted(":4040")).isEqualTo("proxy listening on port :4040");
        assertThat(listener.chooser()).isInstanceOf(LeastConnections.class);
        assertThat(listener.timeouts())
                .isEqualTo(new Listener.Timeouts(
                        Duration.ofSeconds(2), Duration.ofSeconds(28_800), Duration.ofSeconds(28_800)));
        assertThat(backends()).containsExactly("1 127.0.0.1:3306 RW");
        assertThat(context.hooks()).isEmpty();
    }

    @Test
    void readOnlyBackendsComeAfterTheOthers() throws StartException {
        new ForwardingPlugin()
                .start(context.with(ProxyOptions.READ_ONLY_BACKENDS, List.of("c:3306", "d:3306"))
                        .with(ProxyOptions.BACKENDS, List.of("a:3306", "b:3306")));

        assertThat(backends()).containsExactly("1 a:3306 RW", "2 b:3306 RW", "3 c:3306 RO", "4 d:3306 RO");
    }

    @Test
    void readOnlyBackendsAloneKeepTheDefaultReadWriteOne() throws StartException {
        new ForwardingPlugin().start(context.with(ProxyOptions.READ_ONLY_BACKENDS, List.of("c:3306")));

        assertThat(backends()).containsExactly("1 127.0.0.1:3306 RW", "2 c:3306 RO");
    }

    @Test
    void noBackendAtAllIsRefused() {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> new ForwardingPlugin().start(context.with(ProxyOptions.BACKENDS, List.of())))
                .withMessageContaining("--proxy-backend-addresses");
    }

    @Test
    void backendThatIsThereTwiceIsNamedWithItsOption() {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() ->
                        new ForwardingPlugin().start(context.with(ProxyOptions.BACKENDS, List.of("a:3306", "a:3306"))))
                .withMessage("--proxy-backend-addresses=a:3306: backend a:3306 is already known");
    }

    @Test
    void addressAndTimeoutsAreTakenFromTheOptions() throws StartException {
        new ForwardingPlugin()
                .start(context.with(ProxyOptions.ADDRESSES, List.of("[::1]:5000"))
                        .with(ProxyOptions.CONNECT_TIMEOUT, Duration.ofMillis(250))
                        .with(ProxyOptions.READ_TIMEOUT, Duration.ZERO)
                        .with(ProxyOptions.WRITE_TIMEOUT, Duration.ofSeconds(7)));

        assertThat(onlyListener().address()).isEqualTo("[::1]:5000");
        assertThat(onlyListener().timeouts())
                .isEqualTo(new Listener.Timeouts(Duration.ofMillis(250), Duration.ZERO, Duration.ofSeconds(7)));
    }

    @Test
    void negativeTimeoutsAreTheDefaults() throws StartException {
        Duration negative = Duration.ofSeconds(-1);
        new ForwardingPlugin()
                .start(context.with(ProxyOptions.CONNECT_TIMEOUT, negative)
                        .with(ProxyOptions.READ_TIMEOUT, negative)
                        .with(ProxyOptions.WRITE_TIMEOUT, negative));

        assertThat(onlyListener().timeouts())
                .isEqualTo(new Listener.Timeouts(
                        Duration.ofSeconds(2), Duration.ofSeconds(28_800), Duration.ofSeconds(28_800)));
    }

    @Test
    void timeoutsThatAreChangedAreThoseOfNewSessions() throws StartException {
        new ForwardingPlugin().start(context.with(ProxyOptions.X_ADDRESSES, List.of(":33060")));
        context.change("proxy-read-timeout", "60");
        context.change("proxy-connect-timeout", "-1");
        Listener.Timeouts changed =
                new Listener.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(28_800));
        assertThat(((Listener.Forwarding) context.listeners().get(0)).timeouts())
                .isEqualTo(changed);
        assertThat(((Listener.Relay) context.listeners().get(1)).timeouts()).isEqualTo(changed);
    }

    @Test
    void limitsOfPoolsFollowTheirOptions() throws StartException {
        new ForwardingPlugin().start(context.with(ProxyOptions.POOL_MAX_IDLE, 7));
        assertThat(context.backends().limits())
                .isEqualTo(new Pool.Limits(7, Duration.ofMinutes(5), Duration.ofHours(1), true));
        context.change("proxy-pool-max-idle", "9");
        context.change("proxy-pool-idle-timeout", "1.5");
        context.change("proxy-pool-max-age", "0");
        context.change("proxy-pool-no-change-user", "true");
        assertThat(context.backends().limits())
                .isEqualTo(new Pool.Limits(9, Duration.ofMillis(1500), Duration.ZERO, false));
        context.change("proxy-pool-idle-timeout", "-1");
        assertThat(context.backends().limits().idleTimeout()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void noProxyDoesNothing() throws StartException {
        new ForwardingPlugin()
                .start(context.with(ProxyOptions.NO_PROXY, true).with(ProxyOptions.SCRIPTS, paths("/x.lua")));

        assertThat(context.listeners()).isEmpty();
        assertThat(context.backends().snapshot()).isEmpty();
        assertThat(context.hooks()).isEmpty();
    }

    @Test
    void optionsWithoutEffectAreAccepted() throws StartException {
        new ForwardingPlugin()
                .start(context.with(ProxyOptions.SKIP_PROFILING, true)
                        .with(ProxyOptions.FIX_BUG_25371, true)
                        .with(ProxyOptions.POOL_NO_CHANGE_USER, true));

        assertThat(onlyListener().address()).isEqualTo(":4040");
    }

    @Test
    void scriptWithoutItsEngineIsRefusedByName() {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> new ForwardingPlugin()
                        .start(context.with(ProxyOptions.SCRIPTS, paths("/etc/rw-splitting.lua"))))
                .withMessageStartingWith("--proxy-lua-script=/etc/rw-splitting.lua: no script engine for .lua files");
        assertThat(context.listeners()).isEmpty();
    }

    @Test
    void scriptsGoToTheirEnginesAndKeepTheirOrder() throws StartException {
        new ForwardingPlugin()
                .start(context.with(new FakeEngine(".lua"))
                        .with(new FakeEngine(".js"))
                        .with(ProxyOptions.SCRIPTS, paths("/a.lua", "/b.LUA", "/dir.d/plain", "/c.js", "/.hidden")));

        assertThat(context.hooks())
                .containsExactly(
                        new ScriptHook(".lua", paths("/a.lua", "/b.LUA", "/dir.d/plain")),
                        new ScriptHook(".js", paths("/c.js")),
                        new ScriptHook(".lua", paths("/.hidden")));
    }

    @Test
    void shortFormsAreThoseOfMySqlProxy() {
        String shortForms = new ForwardingPlugin()
                .options().stream()
                        .filter(option -> option.shortName().isPresent())
                        .map(option -> option.shortName().get() + " " + option.name())
                        .collect(Collectors.joining("\n"));

        assertThat(shortForms).isEqualTo("""
            P proxy-address
            b proxy-backend-addresses
            r proxy-read-only-backend-addresses
            s proxy-lua-script\
            """);
        assertThat(new ForwardingPlugin().options()).extracting(Option::name).doesNotHaveDuplicates();
    }

    @Test
    void pf4jFindsThePlugin() throws IOException {
        try (InputStream index = ForwardingPlugin.class.getResourceAsStream("/META-INF/extensions.idx")) {
            assertThat(index).isNotNull();
            BufferedReader lines = new BufferedReader(new InputStreamReader(index, StandardCharsets.UTF_8));
            assertThat(lines.lines()).contains(ForwardingPlugin.class.getName());
        }
    }

    private Listener.Forwarding onlyListener() {
        assertThat(context.listeners()).hasSize(1);
        return (Listener.Forwarding) context.listeners().get(0);
    }

    private List<String> backends() {
        return context.backends().snapshot().stream()
                .map(backend -> backend.index() + " " + backend.address() + " " + backend.type())
                .toList();
    }

    private static List<Path> paths(String... names) {
        return List.of(names).stream().map(Path::of).toList();
    }
}
