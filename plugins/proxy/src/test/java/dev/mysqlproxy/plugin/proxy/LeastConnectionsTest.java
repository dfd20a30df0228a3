package dev.mysqlproxy.plugin.proxy;

import static dev.mysqlproxy.api.view.BackendView.Type.RO;
import static dev.mysqlproxy.api.view.BackendView.Type.RW;
import static dev.mysqlproxy.api.view.BackendView.Type.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.view.BackendView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeastConnectionsTest {

    @Test
    void fewestClientsWin() {
        assertThat(choose(backend(1, "a:1", RW, 3), backend(2, "b:1", RW, 2), backend(3, "c:1", RW, 4)))
                .contains(2);
    }

    @Test
    void ofEqualOnesTheLowestIndexWinsInAnyOrder() {
        assertThat(choose(backend(3, "c:1", RW, 1), backend(2, "b:1", RW, 1), backend(1, "a:1", RW, 2)))
                .contains(2);
    }

    @Test
    void withWeightsTheFewestClientsForTheWeightWin() {
        assertThat(choose(backend(1, RW, 0, 1), backend(2, RW, 0, 3))).contains(2);
        assertThat(choose(backend(1, RW, 0, 1), backend(2, RW, 2, 3))).contains(1);
        assertThat(choose(backend(1, RW, 1, 1), backend(2, RW, 4, 3))).contains(2);
        assertThat(choose(backend(1, RW, 1, 1), backend(2, RW, 5, 3))).contains(1);
        assertThat(choose(backend(1, RW, Integer.MAX_VALUE, 1), backend(2, RW, Integer.MAX_VALUE, 1000)))
                .contains(2);
    }

    @Test
    void sharesFollowTheWeights() {
        int[] clients = new int[3];
        for (int i = 0; i < 60; i++) {
            int chosen = choose(
                            backend(1, RW, clients[0], 1), backend(2, RW, clients[1], 2), backend(3, RW, clients[2], 3))
                    .orElseThrow();
            clients[chosen - 1]++;
        }
        assertThat(clients).containsExactly(10, 20, 30);
    }

    @Test
    void withoutWeightOnlyWhenThereIsNothingElse() {
        assertThat(choose(backend(1, RW, 0, 0), backend(2, RW, 99, 1))).contains(2);
        assertThat(choose(backend(1, RW, 5, 0), backend(2, RW, 4, 0))).contains(2);
        assertThat(choose(backend(1, RW, 5, 0), backend(2, RO, 0, 7))).contains(1);
    }

    @Test
    void readOnlyOnesAreNeverChosen() {
        assertThat(choose(backend(1, "a:1", RW, 9), backend(2, "b:1", RO, 0))).contains(1);
        assertThat(choose(backend(1, "a:1", RO, 0), backend(2, "b:1", UNKNOWN, 0)))
                .isEmpty();
        assertThat(choose()).isEmpty();
    }

    private static BackendView backend(int index, String address, BackendView.Type type, int clients) {
        return new BackendView(
                index,
                address,
                type,
                BackendView.State.UNKNOWN,
                BackendView.Mode.ONLINE,
                clients,
                Instant.EPOCH,
                Optional.empty());
    }

    private static BackendView backend(int index, BackendView.Type type, int clients, int weight) {
        return new BackendView(
                index,
                "db" + index + ":3306",
                type,
                BackendView.State.UP,
                BackendView.Mode.ONLINE,
                clients,
                Instant.EPOCH,
                Optional.empty(),
                weight);
    }

    private static Optional<Integer> choose(BackendView... candidates) {
        return new LeastConnections().choose(null, List.of(candidates)).map(BackendView::index);
    }
}
