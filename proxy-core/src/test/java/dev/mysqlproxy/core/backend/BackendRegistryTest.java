package dev.mysqlproxy.core.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.BackendView.Mode;
import dev.mysqlproxy.api.view.BackendView.State;
import dev.mysqlproxy.core.tls.TlsStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendRegistryTest {

    private final BackendRegistry registry = new BackendRegistry(new TlsStore(Path.of("target", "tls")));

    private Backend add(String address) {
        return registry.find(registry.add(address, BackendView.Type.RW).index()).orElseThrow();
    }

    private List<Integer> candidates() {
        return registry.candidates("").stream().map(BackendView::index).toList();
    }

    @Test
    void aNewBackendIsUnknownAndOnline() {
        BackendView first = registry.add("db1", BackendView.Type.RW);
        BackendView second = registry.add("[::1]:3307", BackendView.Type.RO);
        assertThat(first)
                .isEqualTo(new BackendView(
                        1,
                        "db1:3306",
                        BackendView.Type.RW,
                        State.UNKNOWN,
                        Mode.ONLINE,
                        0,
                        Instant.EPOCH,
                        Optional.empty()));
        assertThat(second.index()).isEqualTo(2);
        assertThat(second.type()).isEqualTo(BackendView.Type.RO);
        assertThat(registry.snapshot()).containsExactly(first, second);
        assertThat(candidates()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"db1:3306", "db1", " db1 "})
    void theSameTwice(String text) {
        registry.add("db1:3306", BackendView.Type.RW);
        assertThatThrownBy(() -> registry.add(text, BackendView.Type.RO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("backend db1:3306 is already known!");
        assertThat(registry.snapshot()).hasSize(1);
    }

    private static BackendHop ofGroup(String group) {
        return new BackendHop(group, BackendHop.Tls.DISABLED, Compression.NONE, BackendHop.Header.NONE);
    }

    @Test
    void aServerMayBeOfTwoGroups() {
        registry.add("db1", BackendView.Type.RW);
        BackendView second = registry.add("db1", BackendView.Type.RO, ofGroup("reports"));
        assertThat(second.index()).isEqualTo(2);
        assertThat(second.address()).isEqualTo("db1:3306");
        assertThat(registry.find(2).orElseThrow().hop().group()).isEqualTo("reports");
        assertThatThrownBy(() -> registry.add("db1:3306", BackendView.Type.RW, ofGroup("reports")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("backend db1:3306 is already known!");
    }

    @Test
    void eachGroupHasItsCandidates() {
        registry.add("db1", BackendView.Type.RW);
        registry.add("db1", BackendView.Type.RW, ofGroup("reports"));
        registry.add("db2", BackendView.Type.RO, ofGroup("reports"));
        assertThat(registry.candidates("")).extracting(BackendView::index).containsExactly(1);
        assertThat(registry.candidates("reports"))
                .extracting(BackendView::index)
                .containsExactly(2, 3);
        assertThat(registry.candidates("none")).isEmpty();
        registry.unreachable(registry.find(2).orElseThrow(), "test");
        assertThat(registry.candidates("reports"))
                .extracting(BackendView::index)
                .containsExactly(3);
        assertThat(registry.candidates("")).extracting(BackendView::index).containsExactly(1);
    }

    @Test
    void nonsense() {
        assertThatThrownBy(() -> registry.add("db1:x", BackendView.Type.RW))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(registry.snapshot()).isEmpty();
    }

    @Test
    void aSnapshotStaysAsItIs() {
        Backend backend = add("db1");
        List<BackendView> before = registry.snapshot();
        backend.clientConnected();
        registry.setState(1, State.UP);
        registry.add("db2", BackendView.Type.RW);
        assertThat(before).hasSize(1);
        assertThat(before.get(0).state()).isEqualTo(State.UNKNOWN);
        assertThat(before.get(0).connectedClients()).isZero();
        assertThat(registry.snapshot().get(0).connectedClients()).isEqualTo(1);
    }

    @Test
    void onlyThoseThatExistCanBeSet() {
        add("db1");
        assertThat(registry.find(0)).isEmpty();
        assertThat(registry.find(2)).isEmpty();
        assertThat(registry.find(-1)).isEmpty();
        assertThat(registry.setState(2, State.UP)).isFalse();
        assertThat(registry.setMode(0, Mode.DRAIN)).isFalse();
        assertThat(registry.setState(1, State.UP)).isTrue();
        assertThat(registry.setState(1, State.UP)).isTrue();
        assertThat(registry.setMode(1, Mode.DRAIN)).isTrue();
    }

    // --- removal ----------------------------------------------------------------------------------------------------

    private List<Integer> indexes() {
        return registry.snapshot().stream().map(BackendView::index).toList();
    }

    @Test
    void oneThatNobodyUsesGoesAtOnceAndItsIndexIsNotUsedAgain() {
        add("db1");
        add("db2");
        assertThat(registry.remove(2, false)).isTrue();
        assertThat(indexes()).containsExactly(1);
        assertThat(registry.find(2)).isEmpty();
        assertThat(registry.remove(2, false)).isFalse();
        assertThat(registry.setWeight(2, 1)).isFalse();
        assertThat(add("db2").index()).isEqualTo(3);
        assertThat(candidates()).containsExactly(1, 3);
    }

    @Test
    void oneThatIsUsedStaysUntilItsLastSessionHasLeft() {
        Backend backend = add("db1");
        backend.clientConnected();
        backend.clientConnected();
        List<Integer> closed = new ArrayList<>();
        registry.onOffline(closed::add);
        assertThat(registry.remove(1, false)).isTrue();
        assertThat(closed).isEmpty();
        assertThat(candidates()).isEmpty();
        assertThat(backend.view().mode()).isEqualTo(Mode.DRAIN);
        assertThat(registry.setMode(1, Mode.ONLINE)).as("the decision stands").isFalse();
        backend.clientDisconnected();
        assertThat(indexes()).containsExactly(1);
        // the same server can be had again meanwhile
        assertThat(add("db1").index()).isEqualTo(2);
        backend.clientDisconnected();
        assertThat(indexes()).containsExactly(2);
    }

    @Test
    void removalAtOnceEndsTheSessions() {
        Backend backend = add("db1");
        backend.clientConnected();
        List<Integer> closed = new ArrayList<>();
        registry.onOffline(closed::add);
        assertThat(registry.remove(1, false)).isTrue();
        assertThat(registry.remove(1, true)).isTrue();
        assertThat(closed).containsExactly(1);
        assertThat(backend.view().mode()).isEqualTo(Mode.OFFLINE);
        backend.clientDisconnected();
        assertThat(indexes()).isEmpty();
    }

    @Test
    void whoIsAddedWithoutAHopIsSpokenWithAsUsual() {
        registry.usualHop(ofGroup("reports"));
        BackendView view = registry.add("db1", BackendView.Type.RW);
        assertThat(registry.find(view.index()).orElseThrow().hop()).isEqualTo(ofGroup("reports"));
    }

    // --- weight -----------------------------------------------------------------------------------------------------

    @Test
    void aWeightIsOneUntilItIsSet() {
        Backend backend = add("db1");
        assertThat(backend.view().weight()).isEqualTo(1);
        assertThat(registry.setWeight(1, 1000)).isTrue();
        assertThat(registry.snapshot().get(0).weight()).isEqualTo(1000);
        assertThatThrownBy(() -> registry.setWeight(1, 1001))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a backend's weight is 0 to 1000, not 1001");
        assertThatThrownBy(() -> registry.setWeight(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTimeOfAStateIsThatOfItsChange() {
        Backend backend = add("db1");
        registry.reached(backend);
        Instant since = backend.view().stateSince();
        assertThat(since).isAfter(Instant.EPOCH);
        registry.reached(backend);
        registry.setState(1, State.UP);
        assertThat(backend.view().stateSince()).isEqualTo(since);
    }

    @Test
    void whoGoesOfflineLosesItsSessions() {
        add("db1");
        add("db2");
        List<Integer> closed = new ArrayList<>();
        registry.onOffline(closed::add);
        registry.setMode(2, Mode.DRAIN);
        registry.setMode(2, Mode.ONLINE);
        assertThat(closed).isEmpty();
        registry.setMode(2, Mode.OFFLINE);
        registry.setMode(3, Mode.OFFLINE);
        assertThat(closed).containsExactly(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"DRAIN", "OFFLINE"})
    void whatTheOperatorTookOutIsNoCandidate(Mode mode) {
        add("db1");
        add("db2");
        registry.setMode(1, mode);
        registry.setState(1, State.UP);
        assertThat(candidates()).containsExactly(2);
        registry.setMode(1, Mode.ONLINE);
        assertThat(candidates()).containsExactly(1, 2);
    }

    @Test
    void whatIsDownIsNoCandidateForAWhile() {
        Backend backend = add("db1");
        registry.unreachable(backend, "test");
        assertThat(backend.view().state()).isEqualTo(State.DOWN);
        assertThat(backend.view().lastFailure()).hasValueSatisfying(failure -> {
            assertThat(failure.reason()).isEqualTo("test");
            assertThat(failure.at()).isEqualTo(backend.view().stateSince());
        });
        assertThat(candidates()).isEmpty();
        // asking is what wakes it up
        await().atMost(BackendRegistry.RETRY_AFTER.multipliedBy(5))
                .until(() -> candidates().equals(List.of(1)));
        assertThat(backend.view().state()).isEqualTo(State.UNKNOWN);
        registry.unreachable(backend, "still");
        assertThat(candidates()).isEmpty();
        registry.reached(backend);
        assertThat(candidates()).containsExactly(1);
        assertThat(backend.view().state()).isEqualTo(State.UP);
        assertThat(backend.view().lastFailure())
                .map(BackendView.Failure::reason)
                .contains("still");
    }
}
