package dev.mysqlproxy.plugin.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.plugin.lua.binding.Response;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 9: scripts of the admin listener. */
class Paragraph_9_AdminTest {

    @TempDir
    Path folder;

    private Bench bench;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    private ScriptHandler handler(String text) {
        return new ScriptHandler(bench.script("admin.lua", text), bench.scope());
    }

    private Reply query(String body, String sql) {
        return handler("function read_query(packet) " + body + " end").onCommand(session, FakeCommand.query(sql));
    }

    @Test
    void itAnswers() {
        assertThat(query("proxy.response = {type = 0, affected_rows = #packet} return proxy.PROXY_SEND_RESULT", "HELP"))
                .isEqualTo(new Reply.Ok(5, 0, 0, ""));
        assertThat(session.calls).isEmpty();
        assertThat(query("return proxy.PROXY_SEND_RESULT", "HELP")).isEqualTo(Response.UNUSABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "'', need a resultset + proxy.PROXY_SEND_RESULT",
        "return 0, need a resultset + proxy.PROXY_SEND_RESULT",
        "error('x'), need a resultset + proxy.PROXY_SEND_RESULT",
        "return 1, need a resultset + proxy.PROXY_SEND_RESULT ... got something else",
        "return 4, need a resultset + proxy.PROXY_SEND_RESULT ... got something else",
        "return 99, need a resultset + proxy.PROXY_SEND_RESULT ... got something else",
    })
    void anythingElseIsAnErrorAndTheEnd(String body, String message) {
        assertThat(query(body, "HELP")).isEqualTo(Reply.error(1105, "07000", message));
        assertThat(session.closing).isTrue();
    }

    @Test
    void aScriptWithoutReadQuery() {
        assertThat(((Reply.Err) handler("").onCommand(session, FakeCommand.query("x"))).message())
                .isEqualTo("need a resultset + proxy.PROXY_SEND_RESULT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOAD DATA INFILE 'x'", "load data", "Load x"})
    void loadDoesNotReachLua(String sql) {
        assertThat(bench.printed(() -> assertThat(query("print('never')", sql)).isInstanceOf(Reply.Err.class)))
                .isEmpty();
        assertThat(session.closing).isFalse();
    }

    @Test
    void theEmptyQueryDoesNotReachLua() {
        assertThat(bench.printed(() -> assertThat(query("print('never')", ""))
                        .isEqualTo(Reply.error(1065, "42000", "Query was empty"))))
                .isEmpty();
    }

    @Test
    void otherCommandsDo() {
        ScriptHandler handler =
                handler("function read_query(p) print(p:byte()) proxy.response = {type = 0} return 2 end");
        assertThat(bench.printed(() -> handler.onCommand(session, FakeCommand.of(CommandType.COM_PING, ""))))
                .isEqualTo("14\n");
    }

    @Test
    void whatItSees() {
        bench.backends.add("10.0.0.1:3306", BackendView.Type.RW);
        assertThat(bench.printed(() -> query(
                        "print(proxy.connection.backend_ndx, #proxy.global.backends,"
                                + " proxy.connection.server) proxy.connection.backend_ndx = 0"
                                + " print(proxy.connection.client.src.port, proxy.connection.backend_ndx)",
                        "x")))
                .isEqualTo("1\t1\tnil\n40001\t1\n");
        assertThat(session.calls).containsExactly("close true");
    }

    @Test
    void poolsAreSeenAsTheyAre() {
        bench.backends.add("10.0.0.1:3306", BackendView.Type.RW);
        bench.backends.pools.get(0).idle.put("joe", 3);
        assertThat(bench.printed(
                        () -> query("print(proxy.global.backends[1].pool.users.joe.cur_idle_connections)", "x")))
                .isEqualTo("3\n");
    }

    @Test
    void itsGlobalsLastAsLongAsTheConnection() {
        ScriptHandler handler = handler("n = 0 function read_query() n = n + 1 proxy.response ="
                + " {type = 0, affected_rows = n} return 2 end");
        assertThat(handler.onCommand(session, FakeCommand.query("x"))).isEqualTo(new Reply.Ok(1, 0, 0, ""));
        assertThat(handler.onCommand(session, FakeCommand.query("x"))).isEqualTo(new Reply.Ok(2, 0, 0, ""));
        assertThat(handler.onCommand(new FakeSession(), FakeCommand.query("x"))).isEqualTo(new Reply.Ok(1, 0, 0, ""));
    }

    @Test
    void loadErrors() {
        assertThat(((Reply.Err) handler("function (").onCommand(session, FakeCommand.query("x"))).message())
                .isEqualTo("MySQL Proxy Lua script failed to load. Check the error log.");
        assertThat(session.closing).isTrue();
    }
}
