package dev.mysqlproxy.plugin.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.plugin.lua.binding.Response;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 2: connect_server. */
class Paragraph_2_ConnectServerTest {

    @TempDir
    Path folder;

    private Bench bench;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
        bench.backends.add("10.0.0.1:3306", BackendView.Type.RW);
        bench.backends.add("10.0.0.2:3306", BackendView.Type.RO);
    }

    private ConnectDecision connect(String body) {
        return bench.hooks("function connect_server(...) " + body + " end").onConnect(session);
    }

    @Test
    void withoutTheHookTheProxyChooses() {
        assertThat(bench.hooks("").onConnect(session)).isEqualTo(ConnectDecision.proceed());
    }

    @Test
    void itHasNoArgumentsNoServerAndNoBackend() {
        assertThat(bench.printed(() -> assertThat(connect(
                                "print(select('#', ...), proxy.connection.backend_ndx, proxy.connection.server)"))
                        .isEqualTo(ConnectDecision.proceed())))
                .isEqualTo("0\t0\tnil\n");
    }

    @Test
    void aBackendThatWasSetIsUsedAndCanBeRead() {
        assertThat(bench.printed(() -> assertThat(
                                connect("proxy.connection.backend_ndx = 2 print(proxy.connection.backend_ndx)"))
                        .isEqualTo(ConnectDecision.use(2))))
                .isEqualTo("2\n");
        assertThat(session.calls).containsExactly("take 2");
    }

    @Test
    void settingItBackToZeroChoosesNothing() {
        assertThat(connect("proxy.connection.backend_ndx = 2 proxy.connection.backend_ndx = 0"))
                .isEqualTo(ConnectDecision.proceed());
        assertThat(session.calls).containsExactly("take 2", "park");
    }

    @Test
    void aPooledConnectionIsKeptWithIgnoreResult() {
        session.idle.put(2, 1);
        assertThat(connect("proxy.connection.backend_ndx = 2 return proxy.PROXY_IGNORE_RESULT"))
                .isEqualTo(ConnectDecision.useTaken());
    }

    @Test
    void aPooledConnectionWithoutIgnoreResultIsAFreshOne() {
        session.idle.put(2, 1);
        assertThat(connect("proxy.connection.backend_ndx = 2")).isEqualTo(ConnectDecision.use(2));
    }

    @Test
    void ignoreResultWithoutAPooledConnection() {
        assertThat(connect("proxy.connection.backend_ndx = 1 return proxy.PROXY_IGNORE_RESULT"))
                .isEqualTo(ConnectDecision.use(1));
        assertThat(connect("return proxy.PROXY_IGNORE_RESULT")).isEqualTo(ConnectDecision.proceed());
    }

    @Test
    void eachCallBeginsWithNothingChosen() {
        ScriptHooks hooks =
                bench.hooks("local n = 0 function connect_server() n = n + 1 print(proxy.connection.backend_ndx)"
                        + " if n == 1 then proxy.connection.backend_ndx = 2 end end");
        assertThat(bench.printed(() -> {
                    assertThat(hooks.onConnect(session)).isEqualTo(ConnectDecision.use(2));
                    assertThat(hooks.onConnect(session)).isEqualTo(ConnectDecision.proceed());
                }))
                .isEqualTo("0\n0\n");
    }

    @Test
    void anErrorIsSentInPlaceOfAGreeting() {
        assertThat(connect("proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = 'closed', errcode = 1040}"
                        + " return proxy.PROXY_SEND_RESULT"))
                .isEqualTo(ConnectDecision.answer(Reply.error(1040, "07000", "closed")));
    }

    @Test
    void aMockGreets() {
        String challenge = """
            local proto = require("mysql.proto")
            proxy.response = {type = proxy.MYSQLD_PACKET_RAW, packets = {
                proto.to_challenge_packet({server_version = 50112, thread_id = 77, challenge = "01234567890123456789"})
            }}
            return proxy.PROXY_SEND_RESULT
            """;
        ScriptHooks hooks = bench.hooks("function connect_server() " + challenge + " end function read_auth()"
                + " print(proxy.connection.client.thread_id, proxy.connection.client.mysqld_version,"
                + " proxy.connection.client.scramble_buffer, proxy.connection.server) end");
        ConnectDecision decision = hooks.onConnect(session);
        Reply.Raw raw = (Reply.Raw) ((ConnectDecision.Answer) decision).reply();
        assertThat(raw.payloads().get(0)[0]).isEqualTo((byte) 10);
        assertThat(bench.printed(() -> hooks.onAuth(session, new byte[] {1})))
                .isEqualTo("77\t50112\t01234567890123456789\tnil\n");
    }

    @Test
    void otherRawPacketsAreAnAnswer() {
        assertThat(connect("proxy.response = {type = proxy.MYSQLD_PACKET_RAW, packets = {'\\255\\1\\2text'}} return 2"))
                .isInstanceOf(ConnectDecision.Answer.class);
        assertThat(connect("proxy.response = {type = proxy.MYSQLD_PACKET_OK} return 2"))
                .isEqualTo(ConnectDecision.answer(Reply.ok()));
    }

    @Test
    void anUnusableResponse() {
        assertThat(connect("return proxy.PROXY_SEND_RESULT")).isEqualTo(ConnectDecision.answer(Response.UNUSABLE));
        assertThat(Response.UNUSABLE.message()).isEqualTo("(lua) handling proxy.response failed, check error-log");
    }

    @Test
    void anyOtherNumberIsAsZero() {
        assertThat(connect("return 1")).isEqualTo(ConnectDecision.proceed());
        assertThat(connect("return 17")).isEqualTo(ConnectDecision.proceed());
        assertThat(connect("proxy.connection.backend_ndx = 1 return 17")).isEqualTo(ConnectDecision.use(1));
    }

    @Test
    void theFirstScriptOfAChainThatDecidesWins() {
        Path none = bench.script("a.lua", "function connect_server() print('a') end");
        Path one = bench.script("b.lua", "function connect_server() print('b') proxy.connection.backend_ndx = 1 end");
        Path two = bench.script("c.lua", "function connect_server() print('c') proxy.connection.backend_ndx = 2 end");
        assertThat(bench.printed(() -> assertThat(bench.hooks(none, one, two).onConnect(session))
                        .isEqualTo(ConnectDecision.use(1))))
                .isEqualTo("a\nb\n");
    }
}
