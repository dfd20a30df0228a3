package dev.mysqlproxy.core.tls;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.ClientTls;
import java.util.List;
import java.util.Optional;

/** Settings that tests use. */
final class Stores {

    private Stores() {}

    static ClientTls clients(String... versions) {
        return new ClientTls(
                ClientTls.Mode.PREFERRED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(versions),
                List.of());
    }

    static ClientTls clients(Authority.Issued own) {
        return new ClientTls(
                ClientTls.Mode.REQUIRED,
                Optional.of(own.certificate()),
                Optional.of(own.key()),
                Optional.empty(),
                false,
                List.of(),
                List.of());
    }

    static ClientTls clients(Authority.Issued own, Authority trusted, boolean required, String... versions) {
        return new ClientTls(
                ClientTls.Mode.REQUIRED,
                Optional.of(own.certificate()),
                Optional.of(own.key()),
                trusted.optionalFile(),
                required,
                List.of(versions),
                List.of());
    }

    static BackendHop.Tls servers(TlsMode mode) {
        return new BackendHop.Tls(mode, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of());
    }

    static BackendHop.Tls servers(TlsMode mode, Authority trusted) {
        return new BackendHop.Tls(
                mode, trusted.optionalFile(), Optional.empty(), Optional.empty(), List.of(), List.of());
    }

    static BackendHop.Tls servers(Authority.Issued own) {
        return new BackendHop.Tls(
                TlsMode.REQUIRED,
                Optional.empty(),
                Optional.of(own.certificate()),
                Optional.of(own.key()),
                List.of(),
                List.of());
    }
}
