package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which servers are taken in which mode. */
class VerificationTest {

    @TempDir
    private Path folder;

    private Authority ours;
    private Authority others;

    @BeforeEach
    void authorities() throws Exception {
        ours = new Authority(folder, "ours");
        others = new Authority(folder, "others");
    }

    /** Null when the client took it. */
    private String outcome(TlsMode mode, boolean boringSsl, Authority.Issued shown, String host) throws Exception {
        try (TlsStore store = new TlsStore(folder, boringSsl);
                Wire wire = new Wire(store.listener(Stores.clients(shown)));
                Wire.Meeting met = wire.meet(store.backend(Stores.servers(mode, ours)), host)) {
            if (met.clientFailure() == null) {
                met.works();
                return null;
            }
            return Handshakes.reason(met.clientFailure());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsMode.class,
            names = {"PREFERRED", "REQUIRED", "AS_CLIENT"})
    void modesWithoutVerificationTakeAnyCertificate(TlsMode mode) throws Exception {
        Authority.Issued bad = others.issue("expired", Duration.ofDays(-2), "elsewhere.example");
        assertThat(outcome(mode, true, bad, "db.example")).isNull();
        assertThat(outcome(mode, false, bad, "db.example")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"VERIFY_CA, true", "VERIFY_CA, false", "VERIFY_IDENTITY, true", "VERIFY_IDENTITY, false"})
    void aCertificateOfAnotherAuthorityIsRefused(TlsMode mode, boolean boringSsl) throws Exception {
        assertThat(outcome(mode, boringSsl, others.issue("db", "db.example"), "db.example"))
                .contains("unable to find valid certification path");
    }

    @ParameterizedTest
    @CsvSource({"VERIFY_CA, true", "VERIFY_CA, false", "VERIFY_IDENTITY, true", "VERIFY_IDENTITY, false"})
    void anExpiredCertificateIsRefused(TlsMode mode, boolean boringSsl) throws Exception {
        assertThat(outcome(mode, boringSsl, ours.issue("db", Duration.ofDays(-2), "db.example"), "db.example"))
                .contains("NotAfter");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void verifyCaDoesNotCompareNames(boolean boringSsl) throws Exception {
        assertThat(outcome(TlsMode.VERIFY_CA, boringSsl, ours.issue("db", "db.example"), "10.0.0.1"))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "db.example,   db.example",
        "DB.example,   db.example",
        "db7.example,  *.example",
        "db,           db",
        "localhost,    localhost",
        "10.0.0.7,     10.0.0.7",
        "fd00::7,      fd00::7"
    })
    void verifyIdentityTakesTheNameOrAddressThatWasWritten(String host, String certified) throws Exception {
        Authority.Issued shown = ours.issue("server", certified);
        assertThat(outcome(TlsMode.VERIFY_IDENTITY, true, shown, host)).isNull();
        assertThat(outcome(TlsMode.VERIFY_IDENTITY, false, shown, host)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "db2.example,  db.example",
        "a.b.example,  *.example",
        "10.0.0.8,     10.0.0.7",
        "10.0.0.7,     db.example",
        "db.example,   10.0.0.7"
    })
    void verifyIdentityRefusesOthers(String host, String certified) throws Exception {
        Authority.Issued shown = ours.issue("server", certified);
        assertThat(outcome(TlsMode.VERIFY_IDENTITY, true, shown, host)).isNotNull();
        assertThat(outcome(TlsMode.VERIFY_IDENTITY, false, shown, host)).isNotNull();
    }
}
