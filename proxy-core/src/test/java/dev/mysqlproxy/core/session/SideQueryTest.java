package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.decision.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A plugin's statements on connections of a session's user. */
class SideQueryTest extends PoolingTest {

    private static final String EXPLAIN = "EXPLAIN SELECT 1";

    private static CompletableFuture<Reply> ask(Talk talk, Duration limit) {
        return SideQuery.of(talk.session(), ascii(EXPLAIN), limit).toCompletableFuture();
    }

    private static CompletableFuture<Reply> ask(Talk talk) {
        return ask(talk, Duration.ofSeconds(20));
    }

    @Test
    void anIdleConnectionOfTheUserAnswersAndIsIdleAgain() {
        pooling();
        Peer idle = idleConnection();
        Talk talk = logIn(1);
        CompletableFuture<Reply> answer = ask(talk);
        idle.expect(query(EXPLAIN)).send(resultSet(CLASSIC, "one", "two"));
        assertThat(answer.join()).isInstanceOfSatisfying(Reply.ByteRows.class, result -> {
            assertThat(result.columns()).hasSize(1);
            assertThat(result.rows())
                    .extracting(row -> new String(row.get(0), StandardCharsets.US_ASCII))
                    .isEqualTo(List.of("one", "two"));
        });
        eventually().until(() -> idle(1).equals(Map.of("app", 1)));
        CompletableFuture<Reply> refused = ask(talk);
        idle.expect(query(EXPLAIN)).send(err(1, 1064, "no"));
        assertThat(refused.join()).isEqualTo(Reply.error(1064, "HY000", "no"));
        eventually().until(() -> idle(1).equals(Map.of("app", 1)));
        CompletableFuture<Reply> done = ask(talk);
        idle.expect(query(EXPLAIN)).send(ok(1));
        assertThat(done.join()).isInstanceOf(Reply.Ok.class);
        talk.ping();
    }

    @Test
    void whatTakesTooLongIsCutOff() {
        pooling();
        Peer idle = idleConnection();
        Talk talk = logIn(1);
        CompletableFuture<Reply> answer = ask(talk, Duration.ofMillis(50));
        idle.expect(query(EXPLAIN));
        assertThatThrownBy(answer::join).hasMessageContaining("no answer in 50 ms");
        eventually().until(() -> idle(1).isEmpty());
        talk.ping();
    }

    @Test
    void withoutConnectionAndPasswordThereIsNoAnswer() {
        pooling();
        Talk talk = logIn(1);
        assertThatThrownBy(ask(talk)::join).hasMessageContaining("the proxy does not know the user's password");
        talk.ping();
    }
}
