package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.ClientTls;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that show certificates: those of listeners, and the proxy itself towards servers. */
class ClientCertificateTest {

    @TempDir
    private Path folder;

    private Authority ours;
    private Authority.Issued server;

    @BeforeEach
    void authorities() throws Exception {
        ours = new Authority(folder, "ours");
        server = ours.issue("server", "localhost");
    }

    @ParameterizedTest
    @CsvSource({"true, TLSv1.2", "true, TLSv1.3", "false, TLSv1.2", "false, TLSv1.3"})
    void theIdentityIsSeenAlsoWhenTheSessionIsResumed(boolean boringSsl, String version) throws Exception {
        ClientTls settings = Stores.clients(server, ours, true, version);
        try (TlsStore store = new TlsStore(folder, boringSsl);
                Wire wire = new Wire(store.listener(settings))) {
            BackendTls client = store.backend(Stores.servers(ours.issue("alice")));
            for (int i = 0; i < 3; i++) {
                try (Wire.Meeting met = wire.meet(client, "localhost").works()) {
                    assertThat(met.serverView().peer()).contains("CN=alice,O=tests");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true, TLSv1.2", "true, TLSv1.3", "false, TLSv1.2", "false, TLSv1.3"})
    void withoutOneAClientIsRefusedOnlyIfItIsRequired(boolean boringSsl, String version) throws Exception {
        try (TlsStore store = new TlsStore(folder, boringSsl)) {
            BackendTls client = store.backend(Stores.servers(TlsMode.REQUIRED));
            try (Wire wire = new Wire(store.listener(Stores.clients(server, ours, false, version)));
                    Wire.Meeting met = wire.meet(client, "localhost").works()) {
                assertThat(met.serverView().peer()).isEmpty();
            }
            try (Wire wire = new Wire(store.listener(Stores.clients(server, ours, true, version)));
                    Wire.Meeting met = wire.meet(client, "localhost")) {
                assertThat(met.serverFailure()).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void aBadOneIsRefusedEvenIfNoneIsRequired(boolean boringSsl, boolean expired) throws Exception {
        Authority.Issued bad =
                expired ? ours.issue("late", Duration.ofDays(-2)) : new Authority(folder, "others").issue("mallory");
        try (TlsStore store = new TlsStore(folder, boringSsl);
                Wire wire = new Wire(store.listener(Stores.clients(server, ours, false)));
                // without the authority's name in the request a client might keep its certificate to itself
                Wire.Meeting met = wire.meet(store.backend(Stores.servers(bad)), "localhost")) {
            if (met.serverFailure() == null) {
                assertThat(met.serverView().peer()).isEmpty();
            }
            if (expired) {
                assertThat(met.serverFailure()).isNotNull();
            }
        }
    }
}
