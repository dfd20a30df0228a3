package dev.mysqlproxy.api.lifecycle;

import dev.mysqlproxy.api.listener.Compression;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How the proxy speaks with a backend below MySQL's commands, and for whom the backend is.
 *
 * @param group only listeners of this group use it; empty for those without a group
 * @param tls encryption
 * @param compression what the server is asked for
 * @param header whether connections begin with a PROXY header that names the client
 * @param attributes whether the proxy's name and the client's address are added to the client's connection attributes
 */
public record BackendHop(String group, Tls tls, Compression compression, Header header, boolean attributes) {

    /** Neither TLS nor compression nor PROXY header nor attributes, for listeners without a group. */
    public static final BackendHop PLAIN = new BackendHop("", Tls.DISABLED, Compression.NONE, Header.NONE, false);

    /** A PROXY header's version. */
    public enum Header {
        NONE,
        V1,
        V2
    }

    /** When to speak TLS with the server. */
    public enum TlsMode {
        DISABLED,
        /** If the server can; what it shows as its certificate is not looked at. */
        PREFERRED,
        /** Not without; the certificate is not looked at. */
        REQUIRED,
        /** Not without; the certificate must come from a known authority. */
        VERIFY_CA,
        /** As before, and must be for the name or address under which the server was reached. */
        VERIFY_IDENTITY,
        /** If, and only if, the client does: it is offered TLS when the server has it. */
        AS_CLIENT
    }

    /**
     * TLS towards a server.
     *
     * @param mode when
     * @param ca PEM file with the authorities; empty for the JDK's
     * @param certificate PEM file with the proxy's own certificate, for servers that ask for one
     * @param key PEM file with its key
     * @param versions as for listeners
     * @param ciphers as for listeners
     */
    public record Tls(
            TlsMode mode,
            Optional<Path> ca,
            Optional<Path> certificate,
            Optional<Path> key,
            List<String> versions,
            List<String> ciphers) {

        /** No TLS. */
        public static final Tls DISABLED =
                new Tls(TlsMode.DISABLED, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of());

        public Tls {
            Objects.requireNonNull(mode, "mode");
            Objects.requireNonNull(ca, "ca");
            Objects.requireNonNull(certificate, "certificate");
            Objects.requireNonNull(key, "key");
            versions = List.copyOf(versions);
            ciphers = List.copyOf(ciphers);
        }
    }

    /** With connection attributes of the proxy. */
    public BackendHop(String group, Tls tls, Compression compression, Header header) {
        this(group, tls, compression, header, true);
    }

    public BackendHop {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(compression, "compression");
        Objects.requireNonNull(header, "header");
    }
}
