package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.eval;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 4: proxy.queries. */
class Paragraph_4_QueriesTest {

    @TempDir
    Path folder;

    private ScriptHooks hooks;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        hooks = new Bench(folder).hooks(Bench.EVAL);
    }

    private String run(String chunk) {
        return eval(hooks, session, chunk);
    }

    @Test
    void appendPrependResetAndLength() {
        assertThat(run("proxy.queries:append(1, 'a') proxy.queries:prepend(2, 'b') return #proxy.queries"))
                .isEqualTo("2");
        assertThat(run("return #proxy.queries")).as("emptied by the next query").isEqualTo("0");
        assertThat(run("proxy.queries:append(1, 'a') proxy.queries:reset() return #proxy.queries"))
                .isEqualTo("0");
        assertThat(run("proxy.queries:append(1, 'a') return proxy.queries:len()"))
                .isEqualTo("1");
    }

    @Test
    void theyReturnNothing() {
        assertThat(run("return select('#', proxy.queries:append(1, 'a'))")).isEqualTo("0");
        assertThat(run("return select('#', proxy.queries:prepend(1, 'a'))")).isEqualTo("0");
        assertThat(run("return select('#', proxy.queries:reset())")).isEqualTo("0");
    }

    @Test
    void argumentsThatFit() {
        assertThat(run("proxy.queries:append('1', 42) return #proxy.queries")).isEqualTo("1");
        assertThat(run("proxy.queries:append(1.9, 'a', nil) return #proxy.queries"))
                .isEqualTo("1");
        assertThat(run("proxy.queries:append(1, 'a', {}) return #proxy.queries"))
                .isEqualTo("1");
        assertThat(run("proxy.queries:append(1, 'a', {other = 5, resultset_is_needed = false}) return #proxy.queries"))
                .isEqualTo("1");
    }

    @Test
    void argumentsThatDoNot() {
        assertThat(run("proxy.queries:append('x', 'a')"))
                .endsWith("bad argument #1 to 'append' (number expected, got string)");
        assertThat(run("proxy.queries:append()"))
                .endsWith("bad argument #1 to 'append' (number expected, got no value)");
        assertThat(run("proxy.queries:prepend(1, {})"))
                .endsWith("bad argument #2 to 'prepend' (string expected, got table)");
        assertThat(run("proxy.queries:append(1, 'a', 5)"))
                .endsWith("bad argument #3 to 'append' (table expected, got number)");
        assertThat(run("proxy.queries:append(1, 'a', {resultset_is_needed = 1})"))
                .contains("bad argument #3 to 'append'")
                .contains("resultset_is_needed");
        assertThat(run("proxy.queries.append(1, 'a')")).contains("bad argument #1 to 'append'");
        assertThat(run("return #proxy.queries")).isEqualTo("0");
    }

    @Test
    void errorsHaveTheirPosition() {
        assertThat(run("\n\nproxy.queries:append('x', 'a')")).startsWith("ERR:eval:3: bad argument");
    }

    @Test
    void nothingElse() {
        assertThat(run("return proxy.queries.other")).isEqualTo("nil");
        assertThat(run("return proxy.queries[1]")).isEqualTo("nil");
        assertThat(run("proxy.queries.x = 1")).startsWith("ERR:").contains("attempt to index");
    }

    @Test
    void theObjectIsTheSameForTheLifeOfTheConnection() {
        assertThat(run("kept = proxy.queries return kept == proxy.queries")).isEqualTo("true");
        assertThat(run("return kept == proxy.queries")).isEqualTo("true");
    }
}
