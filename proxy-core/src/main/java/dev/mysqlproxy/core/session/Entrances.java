package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Accounts;
import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.core.auth.Authenticator;
import dev.mysqlproxy.core.auth.LocalAccounts;
import dev.mysqlproxy.core.tls.TlsException;
import dev.mysqlproxy.core.tls.TlsStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the {@link Entrance} of each listener: certificates, and who may log in. Any thread. */
public final class Entrances implements AutoCloseable {

    private final TlsStore tls;
    /** Listeners that authenticate alike share what they know. */
    private static final Logger LOG = LoggerFactory.getLogger(Entrances.class);

    private final Object reloading = new Object();
    private final Map<Authentication, Authenticator> authenticators = new HashMap<>();

    private final IdentityHashMap<Accounts, LocalAccounts> locals = new IdentityHashMap<>();

    /** With nothing read yet. */
    public Entrances(TlsStore tls) {
        this.tls = tls;
    }

    /**
     * The entrance of a listener.
     *
     * @throws StartException when a file that it names cannot be used
     */
    synchronized Entrance of(Listener listener) throws StartException {
        try {
            Optional<Authenticator> authenticator = listener instanceof Listener.Forwarding forwarding
                    ? Optional.of(authenticator(forwarding.authentication()))
                    : Optional.empty();
            Optional<LocalAccounts> local = listener instanceof Listener.Local own
                    ? Optional.of(locals.computeIfAbsent(
                            own.accounts(), accounts -> new LocalAccounts(accounts, tls::rsaKey, System::nanoTime)))
                    : Optional.empty();
            return new Entrance(listener, tls.listener(listener.hop().tls()), authenticator, local);
        } catch (TlsException e) {
            throw new StartException("listener " + listener.name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads the files that a listener names and forgets them; makes nothing.
     *
     * @throws StartException when a file that it names cannot be used
     */
    public void check(Listener listener) throws StartException {
        if (listener instanceof Listener.Relay) {
            return;
        }
        try {
            tls.check(listener.hop().tls());
        } catch (TlsException e) {
            throw new StartException("listener " + listener.name() + ": " + e.getMessage(), e);
        }
        if (listener instanceof Listener.Forwarding forwarding) {
            new Authenticator(forwarding.authentication(), tls::rsaKey, System::nanoTime).close();
        }
    }

    private Authenticator authenticator(Authentication settings) throws StartException {
        Authenticator known = authenticators.get(settings);
        if (known == null) {
            known = new Authenticator(settings, tls::rsaKey, System::nanoTime);
            authenticators.put(settings, known);
        }
        return known;
    }

    /**
     * Reads files of users anew.
     *
     * @return what went wrong
     */
    public List<String> reload() {
        // files and plugins may be slow, and event loops take the lock of all else
        synchronized (reloading) {
            List<Authenticator> files;
            List<Accounts> plugins;
            synchronized (this) {
                files = List.copyOf(authenticators.values());
                plugins = List.copyOf(locals.keySet());
            }
            List<String> problems = new ArrayList<>();
            for (Authenticator authenticator : files) {
                try {
                    authenticator.reload();
                } catch (StartException e) {
                    problems.add(e.getMessage() + "; what was read before stays in use");
                }
            }
            plugins.forEach(accounts -> problems.addAll(reload(accounts)));
            return problems;
        }
    }

    private static List<String> reload(Accounts accounts) {
        try {
            return accounts.reload();
        } catch (Throwable e) {
            LOG.atError().setCause(e).log("accounts of a plugin cannot be read anew");
            return List.of("accounts of a plugin cannot be read anew: " + e);
        }
    }

    /** Wipes what has not been used for long. */
    public synchronized void sweep() {
        authenticators.values().forEach(Authenticator::sweep);
        locals.values().forEach(LocalAccounts::sweep);
    }

    /** Wipes everything. */
    @Override
    public synchronized void close() {
        authenticators.values().forEach(Authenticator::close);
        authenticators.clear();
        locals.values().forEach(LocalAccounts::close);
        locals.clear();
    }
}
