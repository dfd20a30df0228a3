package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.ClientTls;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuitesTest {

    private static final String OLD = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    private static final String NEW = "TLS_AES_256_GCM_SHA384";

    @TempDir
    private Path folder;

    @Test
    void bothVersionsUnlessToldOtherwise() throws Exception {
        assertThat(Suites.of(List.of(), List.of(), true).versions()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        assertThat(Suites.of(List.of("TLSv1.3"), List.of(), true).versions()).containsExactly("TLSv1.3");
        assertThatThrownBy(() -> Suites.of(List.of("TLSv1.1"), List.of(), true))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("TLSv1.1");
    }

    @Test
    void aVersionWithoutASuiteIsNotSpoken() throws Exception {
        assertThat(Suites.of(List.of(), List.of(OLD), true).versions()).containsExactly("TLSv1.2");
        assertThat(Suites.of(List.of(), List.of(NEW), true).versions()).containsExactly("TLSv1.3");
        assertThat(Suites.of(List.of(), List.of(OLD, NEW), true).versions()).hasSize(2);
        assertThatThrownBy(() -> Suites.of(List.of("TLSv1.3"), List.of(OLD), true))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(OLD);
        assertThatThrownBy(() -> Suites.of(List.of(), List.of("ECDHE-RSA-AES128-GCM-SHA256"), true))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("'ECDHE-RSA-AES128-GCM-SHA256' is not known");
    }

    @Test
    void theJdkDoesWhatBoringSslCannot() throws Exception {
        assumeTrue(OpenSsl.isAvailable());
        assertThat(Suites.of(List.of(), List.of(OLD), true).provider()).isEqualTo(SslProvider.OPENSSL_REFCNT);
        assertThat(Suites.of(List.of(), List.of(NEW), true).provider()).isEqualTo(SslProvider.JDK);
        assertThat(Suites.of(List.of(), List.of("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"), true)
                        .provider())
                .isEqualTo(SslProvider.JDK);
        assertThat(Suites.of(List.of(), List.of(), false).provider()).isEqualTo(SslProvider.JDK);
    }

    @ParameterizedTest
    @CsvSource({"true," + OLD, "false," + OLD, "true," + NEW, "false," + NEW})
    void theListedSuiteIsTheOneThatIsUsed(boolean boringSsl, String cipher) throws Exception {
        ClientTls settings = new ClientTls(
                ClientTls.Mode.REQUIRED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(),
                List.of(cipher));
        try (TlsStore store = new TlsStore(folder, boringSsl);
                Wire wire = new Wire(store.listener(settings));
                Wire.Meeting met = wire.meet(store.backend(Stores.servers(TlsMode.REQUIRED)), "localhost")
                        .works()) {
            assertThat(met.clientView().cipher()).isEqualTo(cipher);
            assertThat(met.serverView().cipher()).isEqualTo(cipher);
        }
    }
}
