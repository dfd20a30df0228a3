package dev.mysqlproxy.plugin.lua.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.view.BackendView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackendPlacesTest {

    private final BackendPlaces places = new BackendPlaces();

    private static BackendView up(int index) {
        return new BackendView(
                index,
                "db" + index + ":3306",
                BackendView.Type.RW,
                BackendView.State.UP,
                BackendView.Mode.ONLINE,
                index,
                Instant.EPOCH,
                Optional.empty());
    }

    @Test
    void withoutRemovalsTheListIsAsItIs() {
        List<BackendView> two = List.of(up(1), up(2));
        assertThat(places.of(two)).isSameAs(two);
        assertThat(places.of(List.of(up(1), up(2), up(3)))).containsExactly(up(1), up(2), up(3));
        assertThat(places.of(List.of())).extracting(BackendView::state).containsOnly(BackendView.State.DOWN);
    }

    @Test
    void oneThatIsRemovedKeepsItsPlaceAndIsDown() {
        places.of(List.of(up(1), up(2), up(3)));
        List<BackendView> left = places.of(List.of(up(1), up(3)));
        assertThat(left).hasSize(3).contains(up(1), up(3));
        assertThat(left.get(1).index()).isEqualTo(2);
        assertThat(left.get(1).address()).isEqualTo("db2:3306");
        assertThat(left.get(1).state()).isEqualTo(BackendView.State.DOWN);
        assertThat(left.get(1).connectedClients()).isZero();
        assertThat(left.get(1).takesSessions()).isFalse();
    }

    @Test
    void alsoTheLastOne() {
        places.of(List.of(up(1), up(2)));
        assertThat(places.of(List.of(up(1)))).hasSize(2).first().isEqualTo(up(1));
        assertThat(places.of(List.of(up(1), up(3)))).hasSize(3).last().isEqualTo(up(3));
    }

    @Test
    void alsoOneThatNobodyHasSeen() {
        List<BackendView> list = places.of(List.of(up(2)));
        assertThat(list).hasSize(2).last().isEqualTo(up(2));
        assertThat(list.get(0).address()).isEqualTo("removed:0");
        assertThat(list.get(0).takesSessions()).isFalse();
    }
}
