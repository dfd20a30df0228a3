package dev.mysqlproxy.core.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.BackendView.Mode;
import dev.mysqlproxy.api.view.BackendView.Type;
import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.config.SavedConfig;
import dev.mysqlproxy.core.tls.TlsStore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SavedBackendsTest {

    private static final BackendHop BLUE = new BackendHop(
            "blue",
            new BackendHop.Tls(
                    BackendHop.TlsMode.PREFERRED,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of("TLSv1.3"),
                    List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384")),
            new Compression(List.of(Compression.Method.ZSTD, Compression.Method.ZLIB), 1, 2, 3),
            BackendHop.Header.V2,
            false);

    private BackendRegistry backends;
    private SavedBackends saved;

    /** A start with the same options each time. */
    private void start(List<SavedConfig.Backend> from) throws StartException {
        backends = new BackendRegistry(new TlsStore(Path.of("target", "tls")));
        backends.add("db1", Type.RW);
        backends.add("db2", Type.RO);
        backends.add("db1", Type.RW, BLUE);
        saved = new SavedBackends(backends);
        saved.apply(from);
    }

    private List<String> shown() {
        return backends.snapshot().stream()
                .map(view -> view.index() + " " + view.address() + " " + view.type() + " " + view.mode() + " "
                        + view.weight() + " "
                        + backends.find(view.index()).orElseThrow().hop().group())
                .toList();
    }

    @Test
    void nothingIsSavedOfWhatTheOptionsSay() throws Exception {
        start(List.of());
        assertThat(saved.changes()).isEmpty();
        backends.setState(1, BackendView.State.DOWN);
        assertThat(saved.changes()).isEmpty();
    }

    @Test
    void changesComeBackAtTheNextStart() throws Exception {
        start(List.of());
        backends.setWeight(1, 5);
        backends.setMode(2, Mode.DRAIN);
        backends.remove(3, false);
        backends.add("[::1]:3307", Type.RO, BLUE);
        backends.setWeight(4, 0);
        List<String> before = shown();
        List<SavedConfig.Backend> changes = saved.changes();
        assertThat(changes).hasSize(4);

        start(changes);
        assertThat(shown())
                .isEqualTo(before)
                .containsExactly("1 db1:3306 RW ONLINE 5 ", "2 db2:3306 RO DRAIN 1 ", "4 [::1]:3307 RO ONLINE 0 blue");
        assertThat(backends.find(4).orElseThrow().hop()).isEqualTo(BLUE);
        assertThat(saved.changes()).containsExactlyInAnyOrderElementsOf(changes);
    }

    @Test
    void oneThatIsLeavingIsAsGoodAsRemoved() throws Exception {
        start(List.of());
        backends.find(1).orElseThrow().clientConnected();
        backends.remove(1, false);
        assertThat(saved.changes())
                .extracting(SavedConfig.Backend::settings)
                .containsExactly(Map.of("change", "removed", "address", "db1:3306"));
    }

    @Test
    void whatWasTakenBackIsNotSaved() throws Exception {
        start(List.of(new SavedConfig.Backend("f:1", Map.of("change", "removed", "address", "db2"))));
        assertThat(shown()).hasSize(2);
        backends.add("db2", Type.RO);
        assertThat(saved.changes()).isEmpty();
    }

    @Test
    void whatTheOptionsDoNotNameAnyMoreIsPassedOver() throws Exception {
        start(List.of(
                new SavedConfig.Backend("f:1", Map.of("change", "changed", "address", "gone", "weight", "3")),
                new SavedConfig.Backend("f:4", Map.of("change", "removed", "address", "gone")),
                new SavedConfig.Backend("f:7", Map.of("change", "added", "address", "db2", "weight", "3"))));
        assertThat(shown())
                .containsExactly("1 db1:3306 RW ONLINE 1 ", "2 db2:3306 RO ONLINE 3 ", "3 db1:3306 RW ONLINE 1 blue");
    }

    private void refused(String message, String... settings) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> start(List.of(new SavedConfig.Backend("/s.cnf:3", map))))
                .withMessage("backend of the saved configuration (/s.cnf:3): " + message);
    }

    @Test
    void whatMakesNoSenseIsOneClearError() {
        refused("change has to be one of added, removed, changed, is ''", "address", "x");
        refused("the address is empty", "change", "removed");
        refused(
                "weight has to be a whole number from 0 to 1000, is '1001'",
                "change",
                "changed",
                "address",
                "x",
                "weight",
                "1001");
        refused("there is no setting 'wieght'", "change", "changed", "address", "x", "wieght", "1");
        refused(
                "mode has to be one of online, drain, offline, is 'off'",
                "change",
                "added",
                "address",
                "x",
                "mode",
                "off");
        refused(
                "connect-attributes has to be true or false, is '1'",
                "change",
                "added",
                "address",
                "x",
                "connect-attributes",
                "1");
        refused(
                "compression has to be zlib or zstd, is 'lz4'",
                "change",
                "added",
                "address",
                "x",
                "compression",
                "zlib+lz4");
        refused(
                "the CA file /none.pem does not exist",
                "change",
                "added",
                "address",
                "x",
                "ssl-mode",
                "verify-ca",
                "ssl-ca",
                "/none.pem");
    }
}
