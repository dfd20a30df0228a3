package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.net.CoarseClock;
import dev.mysqlproxy.core.net.Resolver;
import dev.mysqlproxy.core.net.Transport;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What all sessions share.
 *
 * @param chain the hooks that are at work; another chain takes its place when plugins come and go
 */
public record SessionServices(
        AtomicReference<HookChain> chain,
        Entrances entrances,
        BackendRegistry backends,
        SessionRegistry registry,
        Limits limits,
        Transport transport,
        Resolver resolver,
        CoarseClock clock) {

    /** With hooks that stay. */
    public SessionServices(
            HookChain hooks,
            Entrances entrances,
            BackendRegistry backends,
            SessionRegistry registry,
            Limits limits,
            Transport transport,
            Resolver resolver,
            CoarseClock clock) {
        this(new AtomicReference<>(hooks), entrances, backends, registry, limits, transport, resolver, clock);
    }

    /** The hooks of this moment. Who has begun something with a chain goes on with it, and lets go of it at the end. */
    public HookChain hooks() {
        return chain.get();
    }
}
