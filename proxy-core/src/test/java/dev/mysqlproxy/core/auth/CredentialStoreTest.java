package dev.mysqlproxy.core.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CredentialStoreTest {

    private static final byte[] SECRET = "s3cret".getBytes(UTF_8);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final CredentialStore store = new CredentialStore(Duration.ofNanos(10), clock::get);

    @ParameterizedTest
    @EnumSource
    void rightAnswersAreProofs(PasswordMethod method) {
        byte[] nonce = Nonce.create();
        store.confirmed("me", Credential.ofPassword(SECRET));

        assertThat(store.prove("me", method, nonce, method.respond(SECRET, nonce)))
                .isPresent();
        assertThat(store.prove("me", method, Nonce.create(), method.respond(SECRET, nonce)))
                .isEmpty();
        assertThat(store.prove("me", method, nonce, new byte[0])).isEmpty();
        assertThat(store.prove("you", method, nonce, method.respond(SECRET, nonce)))
                .isEmpty();
    }

    @Test
    void trustEndsAndWhatIsNotTrustedIsWiped() {
        store.confirmed("me", Credential.ofPassword(SECRET));
        clock.addAndGet(9);
        store.sweep();
        assertThat(store.find("me")).isPresent();
        clock.addAndGet(1);
        assertThat(store.find("me")).isEmpty();
        assertThat(store.size()).isOne();
        store.sweep();
        assertThat(store.size()).isZero();
    }

    @Test
    void onlyTheRefusedCredentialIsForgotten() {
        store.confirmed("me", Credential.ofPassword(SECRET));
        store.refused("me", Credential.ofPassword("other".getBytes(UTF_8)));
        assertThat(store.find("me")).isPresent();
        store.refused("me", Credential.ofPassword(SECRET));
        assertThat(store.size()).isZero();
    }

    @Test
    void copiesLiveOnAndGivenOnesAreLeftAlone() {
        Credential given = Credential.ofPassword(SECRET);
        store.confirmed("me", given);
        given.wipe();
        Credential found = store.find("me").orElseThrow();
        store.clear();

        assertThat(found.password().orElseThrow()).isEqualTo(SECRET);
        assertThat(found).hasToString("Credential");
        found.wipe();
        assertThat(found.password().orElseThrow()).containsOnly(0);
    }
}
