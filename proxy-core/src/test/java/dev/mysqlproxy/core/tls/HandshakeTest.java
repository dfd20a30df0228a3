package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.ClientTls;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "true,  true,  TLSv1.2", "true,  true,  TLSv1.3",
        "true,  false, TLSv1.2", "true,  false, TLSv1.3",
        "false, true,  TLSv1.2", "false, true,  TLSv1.3",
        "false, false, TLSv1.2", "false, false, TLSv1.3"
    })
    void eachProviderMeetsEach(boolean serverBoring, boolean clientBoring, String version) throws Exception {
        try (TlsStore servers = new TlsStore(folder, serverBoring);
                TlsStore clients = new TlsStore(folder, clientBoring);
                Wire wire = new Wire(servers.listener(Stores.clients(version)));
                Wire.Meeting met = wire.meet(clients.backend(Stores.servers(TlsMode.REQUIRED)), "localhost")
                        .works()) {
            assertThat(met.clientView().version()).isEqualTo(version);
            assertThat(met.serverView().version()).isEqualTo(version);
            assertThat(met.clientView().peer()).contains("CN=mysql-proxy");
            assertThat(met.serverView().peer()).isEmpty();
            assertThat(met.serverView().cipher())
                    .isEqualTo(met.clientView().cipher())
                    .matches(version.equals("TLSv1.3") ? "TLS_AES_\\d+_GCM_SHA\\d+" : "TLS_ECDHE_ECDSA_WITH_AES_.*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientsOfTheJdkAreServed(String version) throws Exception {
        SSLContext jdk = SSLContext.getInstance("TLS");
        jdk.init(null, new TrustManager[] {FixedTrust.ANYBODY}, null);
        try (TlsStore store = new TlsStore(folder);
                Wire wire = new Wire(store.listener(Stores.clients()));
                SSLSocket socket = (SSLSocket) jdk.getSocketFactory().createSocket("127.0.0.1", wire.port())) {
            socket.setEnabledProtocols(new String[] {version});
            socket.getOutputStream().write("over the wire".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(13), StandardCharsets.US_ASCII)).isEqualTo("over the wire");
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
    }

    /** Each handshake costs a server much more than its client, which could ask for one after the other. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecondHandshakeOfTheClientEndsTheConnection(boolean boringSsl) throws Exception {
        SSLContext jdk = SSLContext.getInstance("TLS");
        jdk.init(null, new TrustManager[] {FixedTrust.ANYBODY}, null);
        try (TlsStore store = new TlsStore(folder, boringSsl);
                Wire wire = new Wire(store.listener(Stores.clients("TLSv1.2")));
                SSLSocket socket = (SSLSocket) jdk.getSocketFactory().createSocket("127.0.0.1", wire.port())) {
            socket.getOutputStream().write('a');
            assertThat(socket.getInputStream().read()).isEqualTo('a');
            assertThatIOException().isThrownBy(() -> {
                socket.startHandshake();
                socket.getOutputStream().write('b');
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("the end");
                }
            });
        }
    }

    @Test
    void withoutACommonVersionBothGiveUp() throws Exception {
        try (TlsStore store = new TlsStore(folder);
                Wire wire = new Wire(store.listener(Stores.clients("TLSv1.2")))) {
            BackendHop.Tls modern = new BackendHop.Tls(
                    TlsMode.REQUIRED,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of("TLSv1.3"),
                    List.of());
            try (Wire.Meeting met = wire.meet(store.backend(modern), "localhost")) {
                assertThat(met.clientFailure()).isNotNull();
                assertThat(met.serverFailure()).isNotNull();
                assertThat(Handshakes.reason(met.serverFailure())).isNotBlank();
            }
        }
    }

    @Test
    void whatIsDisabledHasNoHandlers() throws Exception {
        try (TlsStore store = new TlsStore(folder)) {
            ListenerTls listener = store.listener(ClientTls.DISABLED);
            assertThat(listener.mode()).isEqualTo(ClientTls.Mode.DISABLED);
            assertThat(listener.certificate()).isEmpty();
            assertThatIllegalStateException().isThrownBy(() -> listener.handler(ByteBufAllocator.DEFAULT));
            BackendTls backend = store.backend(BackendHop.Tls.DISABLED);
            assertThat(backend.mode()).isEqualTo(TlsMode.DISABLED);
            assertThatIllegalStateException().isThrownBy(() -> backend.handler(ByteBufAllocator.DEFAULT, "db", 3306));
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void equalSettingsShareAContext() throws Exception {
        try (TlsStore store = new TlsStore(folder)) {
            assertThat(store.listener(Stores.clients())).isSameAs(store.listener(Stores.clients()));
            assertThat(store.backend(Stores.servers(TlsMode.REQUIRED)))
                    .isSameAs(store.backend(Stores.servers(TlsMode.REQUIRED)))
                    .isNotSameAs(store.backend(Stores.servers(TlsMode.PREFERRED)));
        }
    }

    @Test
    void theReasonIsTheInnermostSentence() {
        Exception inner = new Exception("unknown authority");
        assertThat(Handshakes.reason(new Exception("outer", new Exception(null, inner))))
                .isEqualTo("unknown authority");
        assertThat(Handshakes.reason(new IllegalStateException())).isEqualTo("IllegalStateException");
    }
}
