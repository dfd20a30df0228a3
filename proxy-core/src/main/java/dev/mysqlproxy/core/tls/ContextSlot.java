package dev.mysqlproxy.core.tls;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.KeyStore;
import java.security.Security;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * The context in use, which may be replaced while event loops make handlers of it; connections keep the one they began
 * with. Any thread.
 */
final class ContextSlot {

    /** Sessions may be resumed for as long as MySQL's servers allow it by default. */
    static final int RESUMPTION_SECONDS = 300;

    /** A peer that takes no bytes any more keeps its connection for so long after the proxy closed it. */
    private static final int CLOSE_MILLIS = 1000;

    /**
     * Netty passes keys on in a key store. That of the JDK's default type encrypts them by a password, slowly on
     * purpose: a third of a second for what never leaves the memory.
     */
    static final String KEY_STORE = Security.getProviders("KeyStore.JKS") != null ? "JKS" : KeyStore.getDefaultType();

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private SslContext context;
    private String digest;

    /** Whether a context of these files is in use. */
    boolean holds(String otherDigest) {
        lock.readLock().lock();
        try {
            return context != null && otherDigest.equals(digest);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Takes the context over. */
    void replace(SslContext next, String nextDigest) {
        if (next.sessionContext() instanceof OpenSslSessionContext sessions) {
            // no keys given: BoringSSL makes them and changes them from time to time
            sessions.setTicketKeys();
        }
        swap(next, nextDigest);
    }

    /** From now on there are no handlers to be had. */
    void close() {
        swap(null, null);
    }

    private void swap(SslContext next, String nextDigest) {
        SslContext last;
        lock.writeLock().lock();
        try {
            last = context;
            context = next;
            digest = nextDigest;
        } finally {
            lock.writeLock().unlock();
        }
        // the engines of connections hold references of their own
        ReferenceCountUtil.release(last);
    }

    /**
     * A handler of the context, for one channel.
     *
     * @throws IllegalStateException when there is no context: TLS is disabled, or all of it is closed
     */
    SslHandler handler(Function<SslContext, SslHandler> making) {
        SslHandler handler;
        lock.readLock().lock();
        try {
            if (context == null) {
                throw new IllegalStateException("no TLS here");
            }
            handler = making.apply(context);
        } finally {
            lock.readLock().unlock();
        }
        // who logs in has a deadline already
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
        handler.setCloseNotifyReadTimeoutMillis(0);
        return handler;
    }
}
