package dev.mysqlproxy.core.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.lifecycle.ProxyControl.ListenerInfo;
import dev.mysqlproxy.api.lifecycle.ProxyControl.LogLine;
import dev.mysqlproxy.api.lifecycle.ProxyControl.PluginInfo;
import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.chassis.LogLevel;
import dev.mysqlproxy.core.chassis.LogSettings;
import dev.mysqlproxy.core.chassis.Logs;
import dev.mysqlproxy.core.config.Configuration;
import dev.mysqlproxy.core.config.RuntimeOptions;
import dev.mysqlproxy.core.metric.MetricRegistry;
import dev.mysqlproxy.core.session.Limits;
import dev.mysqlproxy.core.session.SessionRegistry;
import dev.mysqlproxy.core.tls.TlsStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlTest {

    private static final ListenerInfo LISTENER = new ListenerInfo("proxy", "forwarding", ":4040", "", 0);
    private static final PluginInfo PLUGIN = new PluginInfo("audit", "1", "watches", true);

    @TempDir
    private Path folder;

    private final LoggerContext context = new LoggerContext();
    private final SessionRegistry sessions = new SessionRegistry();
    private final BackendRegistry backends = new BackendRegistry(new TlsStore(Path.of("target", "tls")));
    private final MetricRegistry metrics = new MetricRegistry();
    private Logs logs;
    private Path saved;
    private RuntimeOptions options;
    private Control control;

    /** One plugin that never changes. */
    private static final class OnePlugin implements PluginLife {
        @Override
        public List<PluginInfo> plugins() {
            return List.of(PLUGIN);
        }

        @Override
        public PluginInfo load(String plugin) {
            return PLUGIN;
        }

        @Override
        public void unload(String plugin) {
            // stays
        }

        @Override
        public void checkUnload(String plugin) {
            // it may
        }

        @Override
        public PluginInfo reload(String plugin) {
            return PLUGIN;
        }

        @Override
        public boolean enable(String plugin, boolean enabled) {
            return plugin.equals("audit");
        }

        @Override
        public List<AdminTable> tables() {
            return List.of();
        }

        @Override
        public List<AdminCommand> commands() {
            return List.of();
        }
    }

    @BeforeEach
    void start() throws Exception {
        context.setMDCAdapter(new LogbackMDCAdapter());
        logs = Logs.attach(context);
        logs.configure(new LogSettings(Optional.of(folder.resolve("proxy.log")), LogLevel.MESSAGE, false, false));
        saved = folder.resolve("saved.cnf");
        options = new RuntimeOptions(Configuration.load(
                List.of("--saved-config=" + saved), new Configuration.Places(folder, folder), List.of()));
        control = new Control(
                sessions,
                options,
                metrics,
                logs,
                new OnePlugin(),
                () -> List.of(LISTENER),
                () -> List.of("a problem"),
                () -> CompletableFuture.completedStage(null));
    }

    @AfterEach
    void end() {
        logs.close();
    }

    @Test
    void asksThoseWhoKnow() throws Exception {
        assertThat(control.listeners()).containsExactly(LISTENER);
        assertThat(control.plugins()).containsExactly(PLUGIN);
        assertThat(control.load("audit")).isEqualTo(PLUGIN);
        assertThat(control.enable("none", true)).isFalse();
        assertThat(control.reload()).containsExactly("a problem");
        assertThat(control.tables()).isEmpty();
        assertThat(control.commands()).isEmpty();
        assertThat(control.sessions()).isEmpty();
    }

    @Test
    void sessionsThatAreNotThere() {
        assertThat(control.kill(1)).isFalse();
        assertThat(control.killQuery(1).toCompletableFuture().join()).isFalse();
        assertThat(control.onSession(1, session -> {})).isFalse();
    }

    @Test
    void theLogCanBeReadAndReopened() {
        context.getLogger("test").warn("careful");
        control.reopenLogs();
        assertThat(control.log()).extracting(LogLine::level).containsExactly("warning", "message", "message");
    }

    @Test
    void theChassisFollowsItsOptions() {
        ChassisChanges.logLevel(options, logs);
        Limits limits = ChassisChanges.limits(options);
        assertThat(limits.maxConnections()).isEqualTo(4096);
        control.set("max-connections", "7", "root");
        control.set("handshake-timeout", "1.5", "root");
        control.set("max-hook-packet", "2048", "root");
        control.set("log-level", "debug", "root");
        assertThat(limits.maxConnections()).isEqualTo(7);
        assertThat(limits.handshake()).isEqualTo(Duration.ofMillis(1500));
        assertThat(limits.maxHookPacket()).isEqualTo(2048);
        assertThat(logs.settings().level()).isEqualTo(LogLevel.DEBUG);
        assertThat(control.plan("log-level", "error").from()).isEqualTo("debug");
    }

    @Test
    void optionsAndBackendsAreSavedTogether() throws Exception {
        assertThatThrownBy(() -> control.saveConfiguration()).isInstanceOf(IOException.class);
        backends.add("db1", BackendView.Type.RW);
        control.backends(new SavedBackends(backends));
        control.set("max-connections", "7", "root");
        backends.setWeight(1, 3);
        assertThat(control.saveConfiguration()).isEqualTo(saved);
        assertThat(saved)
                .content()
                .contains("\nmax-connections=7\n")
                .contains("\n[backend 1]\naddress=db1:3306\nchange=changed\nmode=online\nweight=3\n");
    }

    // --- metrics ----------------------------------------------------------------------------------------------------

    private Map<String, String> values() {
        Map<String, String> values = new TreeMap<>();
        for (MetricFamily family : control.metrics()) {
            assertThat(family.plugin()).isEqualTo("core");
            family.samples()
                    .forEach(sample -> values.put(
                            family.name().substring("mysqlproxy_".length()) + sample.labels(),
                            String.valueOf(sample.value())));
        }
        return values;
    }

    @Test
    void theProxysOwnNumbers() {
        ProxyMetrics.register(metrics, sessions, backends, logs, 4);
        backends.add("db1", BackendView.Type.RW);
        backends.add("db2", BackendView.Type.RO);
        Backend first = backends.find(1).orElseThrow();
        first.clientConnected();
        first.pool().takeAny(Runnable::run);
        backends.unreachable(backends.find(2).orElseThrow(), "test");
        backends.setMode(2, BackendView.Mode.DRAIN);
        backends.setWeight(1, 3);
        context.getLogger("test").warn("careful");
        String db1 = "{backend=db1:3306, group=}";
        String db2 = "{backend=db2:3306, group=}";
        assertThat(values())
                .containsEntry("backend_up" + db1, "1.0")
                .containsEntry("backend_up" + db2, "0.0")
                .containsEntry("backend_online" + db1, "1.0")
                .containsEntry("backend_online" + db2, "0.0")
                .containsEntry("backend_connected_clients" + db1, "1.0")
                .containsEntry("backend_weight" + db1, "3.0")
                .containsEntry("pool_idle_connections" + db1, "0.0")
                .containsEntry("pool_takes_total{backend=db1:3306, group=, result=miss}", "1.0")
                .containsEntry("pool_takes_total{backend=db1:3306, group=, result=hit}", "0.0")
                .containsEntry("event_loops{}", "4.0")
                .containsEntry("log_lines_total{level=warning}", "1.0")
                .containsEntry("sessions_accepted_total{}", "0.0")
                .containsEntry("sessions_ended_total{cause=killed}", "0.0")
                .containsEntry("logins_total{result=ok}", "0.0")
                .containsKeys(
                        "heap_used_bytes{}",
                        "heap_max_bytes{}",
                        "direct_memory_used_bytes{}",
                        "start_time_seconds{}",
                        "uptime_seconds{}");
        assertThat(values().keySet()).anyMatch(name -> name.startsWith("build_info{version=" + control.version()));
    }
}
