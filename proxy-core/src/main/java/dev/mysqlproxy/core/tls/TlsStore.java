package dev.mysqlproxy.core.tls;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.listener.ClientTls;
import io.netty.handler.ssl.OpenSsl;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * All TLS of a process. Equal settings share one context, and so the sessions that can be resumed. Any thread; what
 * reads files may block.
 */
public final class TlsStore implements AutoCloseable {

    private static final String REJECT_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    static {
        // the JDK's engine looks once, before its first handshake as a server; BoringSSL never lets a client begin anew
        if (System.getProperty(REJECT_RENEGOTIATION) == null) {
            System.setProperty(REJECT_RENEGOTIATION, "true");
        }
    }

    private final AutoDir dir;
    private final SelfSigned selfSigned;
    private final boolean boringSsl;
    private final Map<ClientTls, ListenerTls> listeners = new HashMap<>();
    private final Map<BackendHop.Tls, BackendTls> backends = new HashMap<>();
    private final Object rsaLock = new Object();
    private CompletableFuture<RsaKey> rsaKey;

    /**
     * A store with nothing in it; nothing is read or made yet.
     *
     * @param autoDir where the self-signed certificate and the RSA key are kept; need not exist
     */
    public TlsStore(Path autoDir) {
        this(autoDir, true);
    }

    TlsStore(Path autoDir, boolean boringSsl) {
        this.dir = new AutoDir(autoDir);
        this.selfSigned = new SelfSigned(dir);
        this.boringSsl = boringSsl;
    }

    /**
     * Begins to load BoringSSL on a thread of its own and returns at once: worth a call early in a start, which does
     * other things for as long as that takes.
     */
    public static void prepare() {
        Thread thread = new Thread(OpenSsl::isAvailable, "tls-library");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * TLS towards clients. Reads the files, or makes a self-signed certificate when none is set.
     *
     * @throws TlsException when a file or setting cannot be used
     */
    public synchronized ListenerTls listener(ClientTls settings) throws TlsException {
        ListenerTls known = listeners.get(settings);
        if (known == null) {
            known = new ListenerTls(settings, selfSigned, boringSsl);
            known.load();
            listeners.put(settings, known);
        }
        return known;
    }

    /**
     * Reads the files of such settings and forgets them; makes nothing.
     *
     * @throws TlsException when a file or setting cannot be used
     */
    public void check(ClientTls settings) throws TlsException {
        new ListenerTls(settings, selfSigned, boringSsl).check();
    }

    /**
     * TLS towards servers. Reads the files.
     *
     * @throws TlsException when a file or setting cannot be used
     */
    public synchronized BackendTls backend(BackendHop.Tls settings) throws TlsException {
        BackendTls known = backends.get(settings);
        if (known == null) {
            known = new BackendTls(settings, boringSsl);
            known.load();
            backends.put(settings, known);
        }
        return known;
    }

    /**
     * Reads every file anew. Connections that are there stay as they are; new ones see what changed.
     *
     * @return a sentence for each setting whose files cannot be used: there everything stays as it was
     */
    public synchronized List<String> reload() {
        List<String> problems = new ArrayList<>();
        for (ListenerTls listener : listeners.values()) {
            attempt(listener::load, problems);
        }
        for (BackendTls backend : backends.values()) {
            attempt(backend::load, problems);
        }
        return problems.stream().distinct().toList();
    }

    private interface Loading {
        void load() throws TlsException;
    }

    private static void attempt(Loading loading, List<String> problems) {
        try {
            loading.load();
        } catch (TlsException e) {
            problems.add(e.getMessage() + "; what was read before stays in use");
        }
    }

    /**
     * The RSA key, read or made on a thread of its own at the first call. Completes on that thread, or is complete
     * already; never blocks.
     */
    public CompletableFuture<RsaKey> rsaKey() {
        // not the lock under which files are read
        synchronized (rsaLock) {
            if (rsaKey == null || rsaKey.isCompletedExceptionally()) {
                CompletableFuture<RsaKey> loading = new CompletableFuture<>();
                rsaKey = loading;
                Thread thread = new Thread(() -> loadRsaKey(loading), "rsa-key");
                thread.setDaemon(true);
                thread.start();
            }
            // a caller may cancel its own
            return rsaKey.copy();
        }
    }

    private void loadRsaKey(CompletableFuture<RsaKey> loading) {
        try {
            loading.complete(RsaKey.load(dir));
        } catch (GeneralSecurityException | RuntimeException e) {
            loading.completeExceptionally(e);
        }
    }

    /** Frees all contexts, once nothing makes handlers any more. Connections that are there stay as they are. */
    @Override
    public synchronized void close() {
        listeners.values().forEach(ListenerTls::close);
        listeners.clear();
        backends.values().forEach(BackendTls::close);
        backends.clear();
    }
}
