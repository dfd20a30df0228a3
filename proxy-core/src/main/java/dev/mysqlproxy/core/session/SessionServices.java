package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.net.CoarseClock;
import dev.mysqlproxy.core.net.Resolver;
import dev.mysqlproxy.core.net.Transport;

/** What all sessions share. */
public record SessionServices(
        HookChain hooks,
        Entrances entrances,
        BackendRegistry backends,
        SessionRegistry registry,
        Limits limits,
        Transport transport,
        Resolver resolver,
        CoarseClock clock) {}
