package dev.mysqlproxy.plugin.proxy;

import static dev.mysqlproxy.api.view.BackendView.Type.RO;
import static dev.mysqlproxy.api.view.BackendView.Type.RW;
import static dev.mysqlproxy.api.view.BackendView.Type.UNKNOWN;
import static dev.mysqlproxy.plugin.proxy.FakeContext.backend;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.view.BackendView;
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
    void readOnlyOnesAreNeverChosen() {
        assertThat(choose(backend(1, "a:1", RW, 9), backend(2, "b:1", RO, 0))).contains(1);
        assertThat(choose(backend(1, "a:1", RO, 0), backend(2, "b:1", UNKNOWN, 0)))
                .isEmpty();
        assertThat(choose()).isEmpty();
    }

    private static Optional<Integer> choose(BackendView... candidates) {
        return new LeastConnections().choose(null, List.of(candidates)).map(BackendView::index);
    }
}
