package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumptionTest {

    private static final String SEEN = "seen before";

    @TempDir
    private Path folder;

    private static boolean resumed(Wire.Meeting met) throws ReflectiveOperationException {
        SSLEngine engine = met.client().engine();
        if (engine instanceof ReferenceCountedOpenSslEngine) {
            Method reused = ReferenceCountedOpenSslEngine.class.getDeclaredMethod("isSessionReused");
            reused.setAccessible(true);
            return (boolean) reused.invoke(engine);
        }
        // the JDK does not say; but values stay with resumed sessions
        SSLSession session = engine.getSession();
        boolean seen = session.getValue(SEEN) != null;
        session.putValue(SEEN, SEEN);
        return seen;
    }

    private static boolean resumes(Wire wire, BackendTls client, String host) throws Exception {
        try (Wire.Meeting met = wire.meet(client, host).works()) {
            return resumed(met);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true,  true,  TLSv1.2", "true,  true,  TLSv1.3",
        "true,  false, TLSv1.2", "true,  false, TLSv1.3",
        "false, true,  TLSv1.2", "false, true,  TLSv1.3",
        "false, false, TLSv1.2", "false, false, TLSv1.3"
    })
    void sessionsAreResumedOverAndOver(boolean serverBoring, boolean clientBoring, String version) throws Exception {
        try (TlsStore servers = new TlsStore(folder, serverBoring);
                TlsStore clients = new TlsStore(folder, clientBoring);
                Wire wire = new Wire(servers.listener(Stores.clients(version)))) {
            BackendTls client = clients.backend(Stores.servers(TlsMode.REQUIRED));
            assertThat(resumes(wire, client, "localhost")).isFalse();
            for (int i = 0; i < 5; i++) {
                assertThat(resumes(wire, client, "localhost"))
                        .as("connection %d", i)
                        .isTrue();
            }
            assertThat(resumes(wire, client, "127.0.0.1")).as("another host").isFalse();
        }
    }

    @Test
    void aReloadKeepsSessionsUnlessAFileChanged() throws Exception {
        Authority authority = new Authority(folder, "ours");
        Authority.Issued shown = authority.issue("a", "localhost");
        Authority.Issued next = authority.issue("b", "localhost");
        try (TlsStore servers = new TlsStore(folder);
                TlsStore clients = new TlsStore(folder);
                Wire wire = new Wire(servers.listener(Stores.clients(shown)))) {
            BackendTls client = clients.backend(Stores.servers(TlsMode.VERIFY_IDENTITY, authority));
            assertThat(resumes(wire, client, "localhost")).isFalse();
            assertThat(servers.reload()).isEmpty();
            assertThat(clients.reload()).isEmpty();
            assertThat(resumes(wire, client, "localhost")).isTrue();

            Files.move(next.certificate(), shown.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Files.move(next.key(), shown.key(), StandardCopyOption.REPLACE_EXISTING);
            assertThat(servers.reload()).isEmpty();
            assertThat(resumes(wire, client, "localhost")).isFalse();
        }
    }
}
