package dev.mysqlproxy.core.tls;

import dev.mysqlproxy.api.listener.ClientTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** TLS towards the clients of listeners with the same settings. Any thread. */
public final class ListenerTls {

    private final ClientTls settings;
    private final SelfSigned selfSigned;
    private final boolean boringSsl;
    private final ContextSlot slot = new ContextSlot();
    private volatile X509Certificate certificate;

    ListenerTls(ClientTls settings, SelfSigned selfSigned, boolean boringSsl) {
        this.settings = settings;
        this.selfSigned = selfSigned;
        this.boringSsl = boringSsl;
    }

    /** Whether it is offered. */
    public ClientTls.Mode mode() {
        return settings.mode();
    }

    /**
     * A handler for one client's channel, which has to be put into its pipeline: begins a handshake, without a timeout.
     *
     * @throws IllegalStateException when the mode is disabled
     */
    public SslHandler handler(ByteBufAllocator allocator) {
        return slot.handler(context -> context.newHandler(allocator));
    }

    /** What clients are shown at present; empty when the mode is disabled. */
    public Optional<X509Certificate> certificate() {
        return Optional.ofNullable(certificate);
    }

    /**
     * What the settings and their files say.
     *
     * @param own empty when no certificate is set
     */
    private record Wanted(Suites suites, Optional<Credentials> own, Optional<PemFile> ca) {
        List<X509Certificate> authorities() throws TlsException {
            return ca.isPresent() ? ca.get().authorities() : List.of();
        }
    }

    /** Reads all files; nothing changes when they cannot be used, or when they are the same as before. */
    void load() throws TlsException {
        if (mode() == ClientTls.Mode.DISABLED) {
            return;
        }
        Wanted wanted = read();
        Credentials own = wanted.own.isPresent() ? wanted.own.get() : selfSigned.credentials();
        String digest = own.digest() + wanted.ca.map(PemFile::digest).orElse("");
        List<X509Certificate> authorities = wanted.authorities();
        if (slot.holds(digest)) {
            return;
        }
        slot.replace(context(wanted.suites, own, authorities), digest);
        certificate = own.chain().get(0);
    }

    /** Reads all files as {@link #load} does, without using them, and without making a certificate where none is set. */
    void check() throws TlsException {
        if (mode() == ClientTls.Mode.DISABLED) {
            return;
        }
        Wanted wanted = read();
        List<X509Certificate> authorities = wanted.authorities();
        if (wanted.own.isPresent()) {
            ReferenceCountUtil.release(context(wanted.suites, wanted.own.get(), authorities));
        }
    }

    private Wanted read() throws TlsException {
        if (settings.certificate().isEmpty() && settings.key().isPresent()) {
            throw new TlsException(
                    "there is a key file, " + settings.key().get() + ", but no certificate file is set for it");
        }
        if (settings.certificateRequired() && settings.ca().isEmpty()) {
            throw new TlsException("clients are to show a certificate, but no file with their authorities is set");
        }
        Suites suites = Suites.of(settings.versions(), settings.ciphers(), boringSsl);
        Optional<Credentials> own = settings.certificate().isPresent()
                ? Optional.of(Credentials.read(settings.certificate().get(), settings.key()))
                : Optional.empty();
        Optional<PemFile> ca = settings.ca().isPresent()
                ? Optional.of(PemFile.read(settings.ca().get(), "CA"))
                : Optional.empty();
        return new Wanted(suites, own, ca);
    }

    private SslContext context(Suites suites, Credentials own, List<X509Certificate> authorities) throws TlsException {
        SslContextBuilder builder = SslContextBuilder.forServer(own.key(), own.chainArray())
                .sslProvider(suites.provider())
                .keyStoreType(ContextSlot.KEY_STORE)
                .protocols(suites.versions())
                .ciphers(suites.ciphers().isEmpty() ? null : suites.ciphers())
                .sessionTimeout(ContextSlot.RESUMPTION_SECONDS);
        if (authorities.isEmpty()) {
            builder.clientAuth(ClientAuth.NONE).trustManager(FixedTrust.NOBODY);
        } else {
            builder.clientAuth(settings.certificateRequired() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)
                    .trustManager(authorities);
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException("TLS for clients cannot be set up: " + e.getMessage(), e);
        }
    }

    void close() {
        slot.close();
    }
}
