package dev.mysqlproxy.plugin.admin.http;

import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.BackendView.Mode;
import dev.mysqlproxy.api.view.BackendView.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Says whether the process is alive and whether it should be sent clients. Threads that may wait. */
final class Health {

    private static final String LOCAL = "local";

    private final ProxyControl control;
    private final Backends backends;
    private final Predicate<BackendView> reachable;
    private final Duration patience;

    /**
     * Of this process.
     *
     * @param reachable whether a backend that was down can be reached again
     * @param patience how long event loops may take to answer
     */
    Health(ProxyControl control, Backends backends, Predicate<BackendView> reachable, Duration patience) {
        this.control = control;
        this.backends = backends;
        this.reachable = reachable;
        this.patience = patience;
    }

    /** Whether all event loops do what they are told: if not, only a restart helps. */
    Response alive() {
        try {
            control.pulse().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return Response.text(Response.OK, "ok");
        } catch (TimeoutException e) {
            return unavailable("an event loop has not answered for " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            return unavailable("an event loop cannot be asked: " + e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unavailable("the proxy is stopping");
        }
    }

    /** Whether a client that comes now can be served. */
    Response ready() {
        if (control.listeners().stream().allMatch(listener -> listener.kind().equals(LOCAL))) {
            return unavailable("no port for clients is open: the proxy is starting or stopping");
        }
        List<String> reasons = new ArrayList<>();
        for (BackendView backend : backends.snapshot()) {
            if (backend.type() == BackendView.Type.RW) {
                if (backend.takesSessions() || isBack(backend)) {
                    return Response.text(Response.OK, "ready");
                }
                boolean down = backend.mode() == Mode.ONLINE;
                reasons.add(backend.address() + " is "
                        + (down ? backend.state().name() : backend.mode().name()).toLowerCase(Locale.ROOT));
            }
        }
        return unavailable("no read/write backend takes sessions: "
                + (reasons.isEmpty() ? "there is none" : String.join(", ", reasons)));
    }

    /**
     * A server that is down is tried again only when a client comes, and none would be sent here any more: so it is
     * tried now.
     */
    private boolean isBack(BackendView backend) {
        boolean back = backend.mode() == Mode.ONLINE && reachable.test(backend);
        return back && backends.setState(backend.index(), State.UNKNOWN);
    }

    private static Response unavailable(String why) {
        return Response.text(Response.UNAVAILABLE, why);
    }
}
