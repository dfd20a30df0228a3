package dev.mysqlproxy.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Waits are compared with what they can be at most and must be at least: time passes between the calls. */
class LoginBackoffTest {

    private static final long MOST = 8000;

    private final LoginBackoff backoff = new LoginBackoff();

    private long wrong(String host) {
        return backoff.decided(host, false);
    }

    private long right(String host) {
        return backoff.decided(host, true);
    }

    @Test
    void rightLoginsDoNotWait() {
        assertThat(right("10.0.0.1")).isZero();
        assertThat(right("10.0.0.1")).isZero();
    }

    @Test
    void wrongOnesWaitLongerEachTimeUpToAPoint() {
        long before = 0;
        for (int i = 0; i < 6; i++) {
            long wait = wrong("10.0.0.1");
            assertThat(wait).isGreaterThan(before).isLessThanOrEqualTo(MOST);
            before = wait;
        }
        for (int i = 0; i < 100; i++) {
            assertThat(wrong("10.0.0.1")).isLessThanOrEqualTo(MOST);
        }
        assertThat(before).isGreaterThan(2000);
    }

    @Test
    void theFirstWaitIsShort() {
        assertThat(wrong("10.0.0.1")).isBetween(50L, 100L);
    }

    @Test
    void aRightLoginBehindWrongOnesWaitsAsTheyDo() {
        for (int i = 0; i < 10; i++) {
            wrong("10.0.0.1");
        }
        // else guessers would know by the time it takes
        assertThat(right("10.0.0.1")).isGreaterThan(2000);
    }

    @Test
    void hostsDoNotPayForEachOther() {
        for (int i = 0; i < 10; i++) {
            wrong("10.0.0.1");
        }
        assertThat(right("10.0.0.2")).isZero();
        assertThat(wrong("10.0.0.2")).isLessThanOrEqualTo(100);
    }

    @Test
    void aFloodOfHostsIsForgottenFromItsBeginning() {
        wrong("first");
        for (int i = 0; i < 20_000; i++) {
            wrong("host" + i);
        }
        assertThat(right("first")).isZero();
    }
}
