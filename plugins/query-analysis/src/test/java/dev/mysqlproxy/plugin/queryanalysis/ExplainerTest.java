package dev.mysqlproxy.plugin.queryanalysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.testkit.FakeMetrics;
import dev.mysqlproxy.testkit.FakeSession;
import dev.mysqlproxy.testkit.Summaries;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExplainerTest {

    private final List<String> asked = new ArrayList<>();
    private final List<CompletableFuture<Reply>> answers = new ArrayList<>();
    private final ProxyControl control = (ProxyControl) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {ProxyControl.class}, (proxy, method, arguments) -> {
                asked.add(arguments[0] + " " + new String((byte[]) arguments[1], StandardCharsets.UTF_8));
                CompletableFuture<Reply> answer = new CompletableFuture<>();
                answers.add(answer);
                return answer;
            });
    private final Explainer explainer = new Explainer(control, new FakeMetrics());

    @BeforeEach
    void enable() {
        explainer.enable(true);
        explainer.interval(Duration.ZERO);
    }

    private SlowQuery slow(String sql) {
        Observation observation = new Observation(1024);
        observation.statement = sql.getBytes(StandardCharsets.UTF_8);
        observation.digest.of(observation.statement);
        observation.summary = Summaries.query().rows(1).build();
        SlowQuery query = new SlowQuery(observation, FakeSession.loggedIn("app", "shop"), observation.statement);
        explainer.explain(query, observation.statement, observation.digest);
        return query;
    }

    @Test
    void aSelectIsExplained() {
        SlowQuery query = slow("SELECT * FROM t;");
        assertThat(asked).hasSize(1).first().asString().endsWith(" EXPLAIN SELECT * FROM t;");
        assertThat(query.explain()).isNull();
        answers.get(0)
                .complete(new Reply.ByteRows(
                        List.of(Reply.Column.text("id"), Reply.Column.text("key"), Reply.Column.text("Extra")),
                        List.of(
                                Arrays.asList(bytes("1"), null, bytes("Using where")),
                                List.of(bytes("2"), bytes("k"), bytes("")))));
        assertThat(query.explain()).isEqualTo("id: 1, Extra: Using where\nid: 2, key: k, Extra: ");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void nothingButOneSelectIs() {
        slow("UPDATE t SET a = 1");
        slow("SELECT 1; DELETE FROM t");
        slow("INSERT INTO t SELECT 1");
        slow("WITH c AS (SELECT 1) DELETE FROM t");
        slow("EXPLAIN SELECT 1");
        // what servers of another version, sql_mode or character set take for two statements
        slow("SELECT SLEEP(2) /*!99999 ' */ ; DELETE FROM t -- '");
        slow("SELECT '\\'; DELETE FROM t -- '");
        slow("SELECT 1 AS $$; DELETE FROM t -- $$");
        assertThat(asked).isEmpty();
        slow("SELECT /*!40001 SQL_NO_CACHE */ /*+ NO_ICP(t) */ 'a\\'' FROM t;");
        assertThat(asked).hasSize(1);
    }

    @Test
    void oneAtATimeAndNotTooOften() {
        slow("SELECT 1");
        slow("SELECT 2");
        assertThat(asked).hasSize(1);
        answers.get(0).complete(Reply.error(1064, "42000", "no"));
        explainer.interval(Duration.ofHours(1));
        slow("SELECT 3");
        assertThat(asked).hasSize(2);
        answers.get(1).completeExceptionally(new IllegalStateException("no connection"));
        slow("SELECT 4");
        assertThat(asked).hasSize(2);
    }

    @Test
    void failuresAreToldInItsPlace() {
        SlowQuery refused = slow("SELECT 1");
        answers.get(0).complete(Reply.error(1064, "42000", "no"));
        assertThat(refused.explain()).isEqualTo("not explained: 1064 no");
        SlowQuery failed = slow("SELECT 1");
        answers.get(1).completeExceptionally(new IllegalStateException("no connection"));
        assertThat(failed.explain()).isEqualTo("not explained: no connection");
    }

    @Test
    void itIsOffUnlessWanted() {
        explainer.enable(false);
        slow("SELECT 1");
        assertThat(asked).isEmpty();
    }
}
