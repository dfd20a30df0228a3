package dev.mysqlproxy.core.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class ServerPoolTest {

    private static final Capabilities OLD = new Capabilities(Capabilities.PROTOCOL_41);
    private static final Capabilities NEW = OLD.with(Capabilities.DEPRECATE_EOF);
    private static final Executor HERE = task -> {};
    private static final Executor THERE = task -> {};
    private static final long SECOND = 1_000_000_000L;

    private final ServerPool pool = new ServerPool();

    /** A connection that only counts how often it was closed. */
    private static final class Idle implements PooledConnection {
        private String user;
        private Capabilities negotiated = OLD;
        private boolean schema;
        private Executor loop = HERE;
        private long opened = System.nanoTime();
        private long parked = System.nanoTime();
        private int discarded;

        Idle(String user) {
            this.user = user;
        }

        Idle speaking(Capabilities capabilities) {
            negotiated = capabilities;
            return this;
        }

        Idle withSchema() {
            schema = true;
            return this;
        }

        Idle on(Executor home) {
            loop = home;
            return this;
        }

        Idle parkedFor(long seconds) {
            parked = System.nanoTime() - seconds * SECOND;
            return this;
        }

        Idle openedFor(long seconds) {
            opened = System.nanoTime() - seconds * SECOND;
            return this;
        }

        @Override
        public String poolUser() {
            if (user == null) {
                throw new IllegalStateException("nobody is logged in");
            }
            return user;
        }

        @Override
        public Capabilities negotiated() {
            return negotiated;
        }

        @Override
        public boolean hasSchema() {
            return schema;
        }

        @Override
        public Executor loop() {
            return loop;
        }

        @Override
        public long openedNanos() {
            return opened;
        }

        @Override
        public long parkedNanos() {
            return parked;
        }

        @Override
        public void discard() {
            discarded++;
        }
    }

    private Idle park(Idle connection) {
        pool.park(connection);
        return connection;
    }

    private void limits(int most, long idleSeconds, long ageSeconds) {
        pool.limits(new Pool.Limits(most, Duration.ofSeconds(idleSeconds), Duration.ofSeconds(ageSeconds), true));
    }

    @Test
    void theLongestIdleGoesFirst() {
        Idle first = park(new Idle("app"));
        Idle second = park(new Idle("app"));
        assertThat(pool.take("app", OLD, true, HERE)).isSameAs(first);
        assertThat(pool.take("app", OLD, true, HERE)).isSameAs(second);
        assertThat(pool.take("app", OLD, true, HERE)).isNull();
        assertThat(pool.idle()).isEmpty();
    }

    @Test
    void oneOnTheSameLoopIsPreferred() {
        Idle far = park(new Idle("app").on(THERE));
        Idle near = park(new Idle("app"));
        assertThat(pool.take("app", OLD, true, HERE)).isSameAs(near);
        assertThat(pool.take("app", OLD, true, HERE)).isSameAs(far);
    }

    @Test
    void nobodyGetsAnotherUsersOrProtocolsOrSchema() {
        park(new Idle("app").withSchema());
        assertThat(pool.take("root", OLD, true, HERE)).isNull();
        assertThat(pool.take("app", NEW, true, HERE)).isNull();
        assertThat(pool.take("app", OLD, false, HERE)).isNull();
        assertThat(pool.count("root", OLD, true)).isZero();
        assertThat(pool.count("app", NEW, true)).isZero();
        assertThat(pool.count("app", OLD, false)).isZero();
        assertThat(pool.count("app", OLD, true)).isOne();
        assertThat(pool.idle()).isEqualTo(Map.of("app", 1));
    }

    @Test
    void countsFollow() {
        Idle plain = park(new Idle("app"));
        park(new Idle("app").withSchema());
        park(new Idle("app").speaking(NEW));
        assertThat(pool.count("app", OLD, true)).isEqualTo(2);
        assertThat(pool.count("app", OLD, false)).isOne();
        assertThat(pool.remove(plain)).isTrue();
        assertThat(pool.remove(plain)).isFalse();
        assertThat(pool.count("app", OLD, true)).isOne();
        assertThat(pool.count("app", OLD, false)).isZero();
        assertThat(pool.idle()).isEqualTo(Map.of("app", 2));
    }

    @Test
    void aConnectionIsHereOnce() {
        Idle one = park(new Idle("app"));
        pool.park(one);
        assertThat(pool.count("app", OLD, true)).isOne();
        assertThat(pool.holds(one)).isTrue();
        pool.clear();
        assertThat(one.discarded).isOne();
    }

    @Test
    void whatAConnectionSaysLaterDoesNotCount() {
        Idle one = park(new Idle("app").withSchema());
        one.user = "root";
        one.schema = false;
        assertThat(pool.remove(one, "root")).isFalse();
        assertThat(pool.remove(one, "app")).isTrue();
        assertThat(pool.count("app", OLD, true)).isZero();
        assertThat(pool.idle()).isEmpty();
    }

    @Test
    void aConnectionThatIsNotHereIsNotAsked() {
        Idle nobody = new Idle(null);
        assertThat(pool.remove(nobody)).isFalse();
        assertThat(pool.remove(nobody, "app")).isFalse();
        assertThat(pool.holds(nobody)).isFalse();
    }

    @Test
    void mostOfOneUser() {
        pool.maxIdle(1);
        Idle first = park(new Idle("app"));
        Idle other = park(new Idle("root"));
        Idle second = park(new Idle("app"));
        assertThat(first.discarded).isOne();
        assertThat(second.discarded + other.discarded).isZero();
        assertThat(pool.idle()).isEqualTo(Map.of("app", 1, "root", 1));
    }

    @Test
    void mostOfAll() {
        limits(2, 0, 0);
        Idle first = park(new Idle("app"));
        Idle second = park(new Idle("app"));
        Idle third = park(new Idle("app"));
        assertThat(first.discarded).isOne();
        assertThat(second.discarded + third.discarded).isZero();
        assertThat(pool.count("app", OLD, true)).isEqualTo(2);
    }

    @Test
    void mostOfAllUsersTogether() {
        limits(1, 0, 0);
        park(new Idle("app"));
        park(new Idle("root"));
        assertThat(pool.idle()).hasSize(1);
    }

    @Test
    void tooOldToBeParked() {
        limits(10, 0, 60);
        Idle old = park(new Idle("app").openedFor(61));
        Idle young = park(new Idle("app").openedFor(1));
        assertThat(old.discarded).isOne();
        assertThat(young.discarded).isZero();
        assertThat(pool.idle()).isEqualTo(Map.of("app", 1));
    }

    @Test
    void oldAgeForEver() {
        limits(10, 0, 0);
        Idle old = park(new Idle("app").openedFor(1_000_000).parkedFor(1_000_000));
        pool.sweep();
        assertThat(old.discarded).isZero();
    }

    @Test
    void sweptWhenIdleForTooLong() {
        limits(10, 60, 0);
        // one that was given back lies behind younger ones
        Idle young = park(new Idle("app").parkedFor(1));
        Idle old = park(new Idle("app").parkedFor(61));
        Idle other = park(new Idle("root").parkedFor(61));
        pool.sweep();
        assertThat(young.discarded).isZero();
        assertThat(old.discarded).isOne();
        assertThat(other.discarded).isOne();
        assertThat(pool.idle()).isEqualTo(Map.of("app", 1));
        assertThat(pool.count("app", OLD, true)).isOne();
    }

    @Test
    void aLoginLeavesEachUserHisMinimum() {
        pool.minIdle(1);
        park(new Idle("app"));
        assertThat(pool.countAny()).isZero();
        assertThat(pool.takeAny(HERE)).isNull();
        Idle second = park(new Idle("app").on(THERE));
        assertThat(pool.countAny()).isEqualTo(2);
        assertThat(pool.takeAny(THERE)).isSameAs(second);
        assertThat(pool.takeAny(HERE)).isNull();
    }

    @Test
    void aLoginMayAskForAProtocol() {
        park(new Idle("app"));
        Idle modern = park(new Idle("root").speaking(NEW).withSchema());
        assertThat(pool.takeAny(NEW, HERE)).isSameAs(modern);
        assertThat(pool.takeAny(NEW, HERE)).isNull();
        assertThat(pool.idle()).isEqualTo(Map.of("app", 1));
    }

    @Test
    void numbersBelowZeroAreZero() {
        pool.minIdle(-1);
        pool.maxIdle(-1);
        assertThat(pool.minIdle()).isZero();
        assertThat(pool.maxIdle()).isZero();
    }

    @Test
    void hitsAndMissesAreCounted() {
        pool.park(new Idle("a"));
        assertThat(pool.take("b", OLD, true, HERE)).isNull();
        assertThat(pool.takeAny(NEW, HERE)).isNull();
        assertThat(pool.take("a", OLD, true, HERE)).isNotNull();
        assertThat(pool.takeAny(HERE)).isNull();
        assertThat(pool.hits()).isEqualTo(1);
        assertThat(pool.misses()).isEqualTo(3);
    }
}
