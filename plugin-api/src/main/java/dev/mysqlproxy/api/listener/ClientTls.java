package dev.mysqlproxy.api.listener;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * TLS towards the clients of a listener.
 *
 * @param mode whether it is offered
 * @param certificate PEM file with the proxy's certificate and its chain; without it a self-signed one is made
 * @param key PEM file (PKCS #8 or PKCS #1) with the certificate's key
 * @param ca PEM file with the authorities of client certificates: clients are asked for one, which must then be good
 * @param certificateRequired whether a client without a certificate is refused; needs {@code ca}
 * @param versions protocol versions by their JDK names, {@code TLSv1.2} and {@code TLSv1.3}; empty for both
 * @param ciphers cipher suites by their IANA names; empty for the library's choice
 */
public record ClientTls(
        Mode mode,
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<Path> ca,
        boolean certificateRequired,
        List<String> versions,
        List<String> ciphers) {

    /** No TLS. */
    public static final ClientTls DISABLED = new ClientTls(
            Mode.DISABLED, Optional.empty(), Optional.empty(), Optional.empty(), false, List.of(), List.of());

    /** Whether clients speak TLS. */
    public enum Mode {
        /** It is not offered. */
        DISABLED,
        /** Clients may. */
        PREFERRED,
        /** Clients without it are refused, except on unix sockets. */
        REQUIRED
    }

    public ClientTls {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(ca, "ca");
        versions = List.copyOf(versions);
        ciphers = List.copyOf(ciphers);
    }
}
