package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReloadTest {

    @TempDir
    private Path folder;

    private Authority ours;
    private Authority.Issued first;
    private Authority.Issued second;

    @BeforeEach
    void certificates() throws Exception {
        ours = new Authority(folder, "ours");
        first = ours.issue("first", "localhost");
        second = ours.issue("second", "localhost");
    }

    private static void replace(Authority.Issued there, Authority.Issued by) throws IOException {
        Files.copy(by.certificate(), there.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(by.key(), there.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void newConnectionsSeeTheNewCertificateAndOldOnesLiveOn(boolean boringSsl) throws Exception {
        try (TlsStore store = new TlsStore(folder, boringSsl)) {
            ListenerTls listener = store.listener(Stores.clients(first));
            BackendTls client = store.backend(Stores.servers(TlsMode.VERIFY_CA, ours));
            try (Wire wire = new Wire(listener);
                    Wire.Meeting old = wire.meet(client, "localhost").works()) {
                replace(first, second);
                assertThat(store.reload()).isEmpty();
                try (Wire.Meeting fresh = wire.meet(client, "other").works()) {
                    assertThat(fresh.clientView().peer()).contains("CN=second,O=tests");
                }
                old.works();
                assertThat(old.clientView().peer()).contains("CN=first,O=tests");
                assertThat(listener.certificate()
                                .orElseThrow()
                                .getSubjectX500Principal()
                                .getName())
                        .isEqualTo("CN=second,O=tests");
            }
        }
    }

    @Test
    void whatCannotBeUsedIsNamedAndTheOldStays() throws Exception {
        try (TlsStore store = new TlsStore(folder);
                Wire wire = new Wire(store.listener(Stores.clients(first)))) {
            BackendTls client = store.backend(Stores.servers(TlsMode.VERIFY_CA, ours));
            Files.copy(second.certificate(), first.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(ours.file(), "nothing");
            assertThat(store.reload())
                    .hasSize(2)
                    .anySatisfy(sentence ->
                            assertThat(sentence).contains(first.key().toString(), "does not belong to the certificate"))
                    .anySatisfy(sentence ->
                            assertThat(sentence).contains(ours.file().toString(), "is not a PEM file", "stays in use"));
            try (Wire.Meeting met = wire.meet(client, "localhost").works()) {
                assertThat(met.clientView().peer()).contains("CN=first,O=tests");
            }
        }
    }

    @Test
    void anotherAuthorityIsTrustedFromThenOn() throws Exception {
        Authority others = new Authority(folder, "others");
        try (TlsStore store = new TlsStore(folder);
                Wire wire = new Wire(store.listener(Stores.clients(others.issue("theirs", "localhost"))))) {
            BackendTls client = store.backend(Stores.servers(TlsMode.VERIFY_CA, ours));
            try (Wire.Meeting met = wire.meet(client, "localhost")) {
                assertThat(met.clientFailure()).isNotNull();
            }
            Files.copy(others.file(), ours.file(), StandardCopyOption.REPLACE_EXISTING);
            assertThat(store.reload()).isEmpty();
            wire.meet(client, "localhost").works().close();
        }
    }

    @Test
    void handlersCanBeMadeWhileItReloads() throws Exception {
        try (TlsStore store = new TlsStore(folder);
                Wire wire = new Wire(store.listener(Stores.clients(first)))) {
            BackendTls client = store.backend(Stores.servers(TlsMode.REQUIRED));
            AtomicBoolean enough = new AtomicBoolean();
            Authority.Issued spare = ours.issue("spare", "localhost");
            CompletableFuture<Integer> reloads = CompletableFuture.supplyAsync(() -> {
                int count = 0;
                while (!enough.get()) {
                    try {
                        replace(first, ++count % 2 == 0 ? second : spare);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                    assertThat(store.reload()).isEmpty();
                }
                return count;
            });
            for (int i = 0; i < 50; i++) {
                wire.meet(client, "host" + i).works().close();
            }
            enough.set(true);
            assertThat(reloads.get()).isPositive();
        }
    }
}
