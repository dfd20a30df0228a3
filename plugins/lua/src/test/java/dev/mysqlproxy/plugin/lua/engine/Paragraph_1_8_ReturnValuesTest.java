package dev.mysqlproxy.plugin.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 1.8: what hooks return. */
class Paragraph_1_8_ReturnValuesTest {

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    private QueryDecision query(String value) {
        return bench.hooks("function read_query(packet) proxy.response = {type = 0} return " + value + " end")
                .onQuery(new FakeSession(), FakeCommand.query("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nil", "'nonsense'", "true", "false", "{}", "print", "0", "'0'", "0/0"})
    void noDecision(String value) {
        assertThat(query(value)).isEqualTo(QueryDecision.forward());
        assertThat(bench.log).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "proxy.PROXY_IGNORE_RESULT", "3", "-1", "7", "1e300"})
    void numbersThatMeanNothingAreLogged(String value) {
        assertThat(query(value)).isEqualTo(QueryDecision.forward());
        assertThat(bench.log).hasSize(1);
        assertThat(bench.log.get(0)).startsWith("critical (read_query) returned ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.PROXY_SEND_RESULT", "2", "'2'", "2, 'more'"})
    void numbersAndTheirTexts(String value) {
        assertThat(query(value)).isEqualTo(QueryDecision.answer(Reply.ok()));
    }

    @Test
    void theConstants() {
        assertThat(query("proxy.PROXY_SEND_QUERY == 1 and proxy.PROXY_SEND_RESULT == 2 and proxy.PROXY_IGNORE_RESULT =="
                        + " 4 and 2"))
                .isInstanceOf(QueryDecision.Answer.class);
    }
}
