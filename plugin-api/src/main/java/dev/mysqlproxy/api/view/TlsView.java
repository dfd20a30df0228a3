package dev.mysqlproxy.api.view;

import java.util.Objects;
import java.util.Optional;

/**
 * The TLS of one hop.
 *
 * @param version {@code TLSv1.2} or {@code TLSv1.3}
 * @param cipher the cipher suite's IANA name
 * @param peer distinguished name (RFC 2253) of the peer's certificate; empty when it showed none
 */
public record TlsView(String version, String cipher, Optional<String> peer) {
    public TlsView {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(cipher, "cipher");
        Objects.requireNonNull(peer, "peer");
    }
}
