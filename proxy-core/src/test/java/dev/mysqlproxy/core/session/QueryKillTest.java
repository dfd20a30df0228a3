package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** An operator ends statements; see also {@link MixedAuthTest} for users whose passwords are known. */
class QueryKillTest extends PoolingTest {

    private static final byte[] SLEEP = query("SELECT SLEEP(9)");
    private static final byte[] INTERRUPTED = err(1, 1317, "Query execution was interrupted");

    private static CompletableFuture<Boolean> kill(Talk talk) {
        return QueryKill.of(talk.session()).toCompletableFuture();
    }

    private static void running(Talk talk) {
        talk.ask(SLEEP);
        eventually().until(() -> talk.session().waitsForBackend());
    }

    private static byte[] killOf(Talk talk) {
        return query("KILL QUERY " + talk.session().link().threadId());
    }

    @Test
    void anIdleConnectionOfTheUserDoesIt() {
        pooling();
        Peer idle = idleConnection();
        Talk target = logIn(1);
        running(target);
        CompletableFuture<Boolean> killed = kill(target);
        idle.expect(killOf(target)).send(ok(1));
        assertThat(killed.join()).isTrue();
        target.answer(INTERRUPTED).ping();
        eventually().until(() -> idle(1).equals(Map.of("app", 1)));
    }

    @Test
    void whatRunsNothingCannotBeKilled() {
        pooling();
        Talk target = logIn(1);
        assertThat(kill(target).join()).isFalse();
        target.ping();
        target.client().close();
        eventually().until(target.session()::closed);
        assertThat(kill(target).join()).isFalse();
    }

    @Test
    void whatTheServerSaysIsTold() {
        pooling();
        Peer idle = idleConnection();
        Talk target = logIn(1);
        running(target);
        CompletableFuture<Boolean> gone = kill(target);
        idle.expect(killOf(target)).send(err(1, 1094, "Unknown thread id: 42"));
        assertThat(gone.join()).isFalse();
        eventually().until(() -> !idle(1).isEmpty());
        CompletableFuture<Boolean> denied = kill(target);
        idle.expect(killOf(target)).send(err(1, 1095, "You are not owner of thread 42"));
        assertThatThrownBy(denied::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(QueryKillException.class)
                .hasMessageContaining("goes on, its server says: 1095 You are not owner of thread 42");
        target.answer(ok(1)).ping();
    }

    @Test
    void whoseUserHasNoOtherConnectionAndNoKnownPasswordGoesOn() {
        pooling();
        Talk target = logIn(1);
        running(target);
        assertThatThrownBy(kill(target)::join)
                .cause()
                .isInstanceOf(QueryKillException.class)
                .hasMessage("the statement of session " + target.session().id() + " on backend " + backend.address()
                        + " cannot be ended: the proxy does not know the user's password (see --proxy-auth) and can"
                        + " open none");
        target.answer(ok(1)).ping();
    }

    // --- tasks on sessions ------------------------------------------------------------------------------------------

    @Test
    void tasksRunOnTheSessionsLoop() {
        Rig rig = pooling();
        Talk talk = logIn(1);
        long id = talk.session().id();
        AtomicReference<String> seen = new AtomicReference<>();
        assertThat(rig.sessions.run(
                        id,
                        view -> seen.set(view.user().orElse("")
                                + talk.session().client().eventLoop().inEventLoop())))
                .isTrue();
        eventually().until(() -> "apptrue".equals(seen.get()));
        assertThat(rig.sessions.run(id, view -> {
                    throw new IllegalStateException("test");
                }))
                .isTrue();
        talk.ping();
        assertThat(rig.sessions.run(id + 1, view -> seen.set("nobody"))).isFalse();
        assertThat(seen.get()).isEqualTo("apptrue");
    }

    @Test
    void sessionsAreCounted() {
        Rig rig = pooling();
        assertThat(rig.sessions.countByListener()).isEmpty();
        logIn(1);
        logIn(1);
        assertThat(rig.sessions.countByListener()).isEqualTo(Map.of("proxy", 2));
        assertThat(rig.sessions.counters().accepted()).isEqualTo(2);
    }
}
