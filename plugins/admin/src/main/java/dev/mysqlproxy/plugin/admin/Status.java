package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.api.view.TlsView;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** A few figures of the running proxy, for {@code mysqladmin status} and SHOW STATUS. */
final class Status {

    private final ProxyControl control;
    private final Backends backends;
    private final LongSupplier uptimeSeconds;

    Status(ProxyControl control, Backends backends, LongSupplier uptimeSeconds) {
        this.control = control;
        this.backends = backends;
        this.uptimeSeconds = uptimeSeconds;
    }

    /**
     * Name and value, under the names that servers use where they have one.
     *
     * @param session who asks, and whose TLS it is
     */
    Map<String, String> figures(SessionView session) {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("Backends", Integer.toString(backends.snapshot().size()));
        figures.put("Backends_down", Long.toString(backendsDown()));
        figures.put("Ssl_cipher", session.tls().map(TlsView::cipher).orElse(""));
        figures.put("Ssl_version", session.tls().map(TlsView::version).orElse(""));
        figures.put("Threads_connected", Integer.toString(control.sessions().size()));
        figures.put("Uptime", Long.toString(uptimeSeconds.getAsLong()));
        return figures;
    }

    /** The answer to COM_STATISTICS: one packet of text. mysqladmin looks for its first figure. */
    byte[] line() {
        String line = "Uptime: " + uptimeSeconds.getAsLong() + "  Threads: "
                + control.sessions().size() + "  Backends: "
                + backends.snapshot().size() + "  Backends down: "
                + backendsDown();
        return line.getBytes(StandardCharsets.UTF_8);
    }

    private long backendsDown() {
        return backends.snapshot().stream()
                .filter(backend -> backend.state() == BackendView.State.DOWN)
                .count();
    }
}
