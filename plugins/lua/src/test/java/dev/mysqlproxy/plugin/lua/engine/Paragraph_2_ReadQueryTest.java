package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.injected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.plugin.lua.binding.Response;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 2: read_query. */
class Paragraph_2_ReadQueryTest {

    @TempDir
    Path folder;

    private Bench bench;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    private ScriptHooks hooks(String body) {
        return bench.hooks("function read_query(packet, ...) " + body + " end");
    }

    private QueryDecision query(String body) {
        return hooks(body).onQuery(session, FakeCommand.query("SELECT 1"));
    }

    @Test
    void thePacketIsCommandByteAndStatement() {
        assertThat(bench.printed(() -> query("print(packet:byte(), packet:sub(2), #packet, select('#', ...))")))
                .isEqualTo("3\tSELECT 1\t9\t0\n");
    }

    @Test
    void bytesOfThePacketAreKept() {
        ScriptHooks hooks = hooks("print(#packet, packet:byte(2, -1))");
        byte[] bytes = {0, (byte) 0xff, (byte) 0x80, 10};
        assertThat(bench.printed(() -> hooks.onQuery(session, FakeCommand.of(CommandType.COM_QUERY, bytes))))
                .isEqualTo("5\t0\t255\t128\t10\n");
    }

    @Test
    void everyCommandIsSeenTheLastOneToo() {
        ScriptHooks hooks = hooks("print(packet:byte())");
        assertThat(bench.printed(() -> {
                    hooks.onQuery(session, FakeCommand.of(CommandType.COM_QUIT, ""));
                    hooks.onQuery(session, FakeCommand.of(CommandType.COM_STMT_BULK_EXECUTE, "x"));
                }))
                .isEqualTo("1\n250\n");
    }

    @Test
    void nothingForwards() {
        assertThat(query("")).isEqualTo(QueryDecision.forward());
        assertThat(bench.hooks("").onQuery(session, FakeCommand.query("x"))).isEqualTo(QueryDecision.forward());
    }

    @Test
    void queueAndResponseAreEmptyBefore() {
        ScriptHooks hooks = hooks("""
            print(#proxy.queries, next(proxy.response), type(proxy.response))
            proxy.response.type = proxy.MYSQLD_PACKET_OK
            proxy.queries:append(1, packet)
            """);
        assertThat(bench.printed(() -> {
                    hooks.onQuery(session, FakeCommand.query("a"));
                    hooks.onQuery(session, FakeCommand.query("b"));
                }))
                .isEqualTo("0\tnil\ttable\n0\tnil\ttable\n");
    }

    @Test
    void aResponseThatIsNoTableIsMadeOneAgain() {
        ScriptHooks hooks = hooks("print(type(proxy.response)) proxy.response = nil");
        assertThat(bench.printed(() -> {
                    hooks.onQuery(session, FakeCommand.query("a"));
                    hooks.onQuery(session, FakeCommand.query("b"));
                }))
                .isEqualTo("table\ntable\n");
    }

    @Test
    void aQueueWithoutSendQueryIsDiscarded() {
        assertThat(query("proxy.queries:append(1, packet) proxy.queries:append(2, packet)"))
                .isEqualTo(QueryDecision.forward());
        assertThat(bench.log).hasSize(1);
        assertThat(bench.log.get(0))
                .startsWith("critical (read_query)")
                .endsWith("used without 'return proxy.PROXY_SEND_QUERY'. Discarding 2 elements");
    }

    @Test
    void sendResultAnswersAndForgetsTheQueue() {
        assertThat(query("proxy.queries:append(1, packet) proxy.response = {type = 0, affected_rows = 3}"
                        + " return proxy.PROXY_SEND_RESULT"))
                .isEqualTo(QueryDecision.answer(new Reply.Ok(3, 0, 0, "")));
        assertThat(bench.log).isEmpty();
        assertThat(query("return proxy.PROXY_SEND_RESULT")).isEqualTo(QueryDecision.answer(Response.UNUSABLE));
        assertThat(bench.log).hasSize(1);
    }

    @Test
    void sendQueryHandsOverOneAtATime() {
        Injection first = injected(query("""
            proxy.queries:append(1, packet, {resultset_is_needed = true})
            proxy.queries:append(2, "\\3SELECT 2")
            return proxy.PROXY_SEND_QUERY
            """));
        assertThat(first.id()).isEqualTo(1);
        assertThat(first.payload()).isEqualTo("\3SELECT 1".getBytes(StandardCharsets.US_ASCII));
        assertThat(first.resultNeeded()).isTrue();
        assertThat(first.inheritAttributes()).isTrue();
    }

    @Test
    void sendQueryWithAnEmptyQueueForwards() {
        assertThat(query("return proxy.PROXY_SEND_QUERY")).isEqualTo(QueryDecision.forward());
        assertThat(bench.log).hasSize(1);
        assertThat(bench.log.get(0)).startsWith("critical (read_query) 'return proxy.PROXY_SEND_QUERY' used without");
    }

    @Test
    void anEmptyPacketIsNotSent() {
        assertThat(injected(query("proxy.queries:append(1, '') proxy.queries:append(2, packet) return 1"))
                        .id())
                .isEqualTo(2);
        assertThat(query("proxy.queries:append(1, '') return 1")).isEqualTo(QueryDecision.forward());
    }

    @Test
    void ignoreResultIsNoAnswerToACommand() {
        assertThat(query("proxy.queries:append(1, packet) return proxy.PROXY_IGNORE_RESULT"))
                .isEqualTo(QueryDecision.forward());
        assertThat(bench.log).hasSize(2);
        assertThat(bench.log.get(0)).contains("returned 4");
        assertThat(bench.log.get(1)).endsWith("Discarding 1 elements");
    }

    @Test
    void aCommandThatIsNotWhollyHereCannotBeReplaced() {
        ScriptHooks hooks = hooks("proxy.queries:append(1, packet) return proxy.PROXY_SEND_QUERY");
        assertThat(hooks.onQuery(session, FakeCommand.query("INSERT").truncated()))
                .isEqualTo(QueryDecision.forward());
        assertThat(bench.log.get(0)).contains("--max-hook-packet");
    }

    @Test
    void changeUserIsRefusedForServersThatItBreaks() {
        ScriptHooks hooks = hooks("print('never')");
        session.serverVersion = "5.1.15-log";
        assertThat(bench.printed(() -> assertThat(
                                hooks.onQuery(session, FakeCommand.of(CommandType.COM_CHANGE_USER, "x")))
                        .isEqualTo(QueryDecision.answer(Reply.error(
                                1105,
                                "07000",
                                "COM_CHANGE_USER is broken on 5.1.14-.17, please upgrade the MySQL Server")))))
                .isEmpty();
        session.serverVersion = "5.1.18";
        assertThat(bench.printed(() -> hooks.onQuery(session, FakeCommand.of(CommandType.COM_CHANGE_USER, "x"))))
                .isEqualTo("never\n");
    }

    @Test
    void queryAttributesAreAtHand() {
        ScriptHooks hooks = hooks("""
            local a = proxy.query_attributes
            print(#a, a[1], a[2], a.trace, a.user, a == proxy.query_attributes)
            """);
        FakeCommand with = FakeCommand.query("x").withAttribute("trace", "42").withAttribute("user", null);
        assertThat(bench.printed(() -> {
                    hooks.onQuery(session, with);
                    hooks.onQuery(session, FakeCommand.query("x"));
                }))
                .isEqualTo("2\ttrace\tuser\t42\tnil\ttrue\n0\tnil\tnil\tnil\tnil\ttrue\n");
    }

    @Test
    void theFirstScriptOfAChainThatDecidesWins() {
        Path a = bench.script(
                "a.lua",
                "function read_query(p) print('a') if p:sub(2) == 'a' then"
                        + " proxy.response = {type = 0, affected_rows = 1} return 2 end end");
        Path b = bench.script(
                "b.lua",
                "function read_query(p) print('b', #proxy.queries) if p:sub(2) == 'b' then"
                        + " proxy.queries:append(5, p) return 1 end end");
        Path c = bench.script("c.lua", "function read_query(p) print('c', #proxy.queries) end");
        ScriptHooks hooks = bench.hooks(a, b, c);
        assertThat(bench.printed(() -> {
                    assertThat(hooks.onQuery(session, FakeCommand.query("a"))).isInstanceOf(QueryDecision.Answer.class);
                    assertThat(injected(hooks.onQuery(session, FakeCommand.query("b")))
                                    .id())
                            .isEqualTo(5);
                    assertThat(hooks.onQuery(session, FakeCommand.query("c"))).isEqualTo(QueryDecision.forward());
                }))
                .isEqualTo("a\na\nb\t0\na\nb\t0\nc\t0\n");
    }
}
