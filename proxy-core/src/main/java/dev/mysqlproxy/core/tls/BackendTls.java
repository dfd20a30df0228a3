package dev.mysqlproxy.core.tls;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** TLS towards servers with the same settings. Sessions are resumed for each host and port by itself. Any thread. */
public final class BackendTls {

    /** Tickets kept for all servers together; those of TLS 1.3 are good for one connection each. */
    private static final int SESSIONS = 1024;

    private final BackendHop.Tls settings;
    private final boolean boringSsl;
    private final ContextSlot slot = new ContextSlot();

    BackendTls(BackendHop.Tls settings, boolean boringSsl) {
        this.settings = settings;
        this.boringSsl = boringSsl;
    }

    /** When to speak TLS. */
    public TlsMode mode() {
        return settings.mode();
    }

    /**
     * A handler for one connection, which has to be put into its pipeline: begins a handshake, without a timeout.
     *
     * @param host as the operator wrote it, a name or an IP address: what verify-identity compares, and the server is
     *     told; {@code localhost} for unix sockets
     * @param port of the server
     * @throws IllegalStateException when the mode is disabled
     */
    public SslHandler handler(ByteBufAllocator allocator, String host, int port) {
        return slot.handler(context -> context.newHandler(allocator, host, port));
    }

    private boolean verifies() {
        return mode() == TlsMode.VERIFY_CA || mode() == TlsMode.VERIFY_IDENTITY;
    }

    /** Reads all files; nothing changes when they cannot be used, or when they are the same as before. */
    void load() throws TlsException {
        if (mode() == TlsMode.DISABLED) {
            return;
        }
        if (settings.certificate().isEmpty() && settings.key().isPresent()) {
            throw new TlsException(
                    "there is a key file, " + settings.key().get() + ", but no certificate file is set for it");
        }
        Suites suites = Suites.of(settings.versions(), settings.ciphers(), boringSsl);
        Optional<Credentials> own = settings.certificate().isPresent()
                ? Optional.of(Credentials.read(settings.certificate().get(), settings.key()))
                : Optional.empty();
        // looked at even where it is not used: a mode that verifies is a word away
        Optional<PemFile> ca = settings.ca().isPresent()
                ? Optional.of(PemFile.read(settings.ca().get(), "CA"))
                : Optional.empty();
        List<X509Certificate> authorities = ca.isPresent() ? ca.get().authorities() : List.of();
        String digest = own.map(Credentials::digest).orElse("")
                + ca.map(PemFile::digest).orElse("");
        if (!slot.holds(digest)) {
            slot.replace(context(suites, own, authorities), digest);
        }
    }

    private SslContext context(Suites suites, Optional<Credentials> own, List<X509Certificate> authorities)
            throws TlsException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(suites.provider())
                .keyStoreType(ContextSlot.KEY_STORE)
                .protocols(suites.versions())
                .ciphers(suites.ciphers().isEmpty() ? null : suites.ciphers())
                .sessionCacheSize(SESSIONS)
                .sessionTimeout(ContextSlot.RESUMPTION_SECONDS)
                // Netty would compare names in every mode
                .endpointIdentificationAlgorithm(mode() == TlsMode.VERIFY_IDENTITY ? "HTTPS" : null);
        own.ifPresent(credentials -> builder.keyManager(credentials.key(), credentials.chainArray()));
        if (!verifies()) {
            builder.trustManager(FixedTrust.ANYBODY);
        } else if (!authorities.isEmpty()) {
            builder.trustManager(authorities);
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException("TLS to servers cannot be set up: " + e.getMessage(), e);
        }
    }

    void close() {
        slot.close();
    }
}
