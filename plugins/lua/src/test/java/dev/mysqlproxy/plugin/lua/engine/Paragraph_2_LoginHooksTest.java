package dev.mysqlproxy.plugin.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.lua.binding.Response;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 2: read_handshake, read_auth, read_auth_result, disconnect_client. */
class Paragraph_2_LoginHooksTest {

    private static final String BUSY = "proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = 'busy'} ";

    @TempDir
    Path folder;

    private Bench bench;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
        session.server = new FakeServer(1);
    }

    private LoginDecision handshake(String body) {
        return bench.hooks("function read_handshake(...) " + body + " end").onHandshake(session, Packets.greeting());
    }

    private LoginDecision auth(String body) {
        return bench.hooks("function read_auth(...) " + body + " end")
                .onAuth(session, Packets.login("joe", "01234567890123456789", "shop"));
    }

    private LoginDecision authResult(String body) {
        return bench.hooks("function read_auth_result(auth, ...) " + body + " end")
                .onAuthResult(session, new byte[] {(byte) 0xfe, 'x'});
    }

    @Test
    void readHandshakeSeesTheServer() {
        assertThat(bench.printed(() -> assertThat(handshake("""
            local s = proxy.connection.server
            print(select('#', ...), s.thread_id, s.mysqld_version, #s.scramble_buffer)
            local c = proxy.connection.client
            print(c.thread_id, c.mysqld_version, c.scramble_buffer, c.auth_plugin_name)
            """)).isEqualTo(LoginDecision.proceed())))
                .isEqualTo(
                        "0\t4000000001\t80402\t20\n4000000001\t80402\tabcdefghijklmnopqrst\tcaching_sha2_password\n");
    }

    @Test
    void readHandshakeMayAnswer() {
        Reply.Err busy = Reply.error(1105, "07000", "busy");
        assertThat(handshake(BUSY + "return proxy.PROXY_SEND_RESULT")).isEqualTo(LoginDecision.refuse(busy));
        assertThat(bench.log).isEmpty();
        assertThat(handshake("return proxy.PROXY_SEND_RESULT")).isEqualTo(LoginDecision.refuse(Response.UNUSABLE));
        assertThat(handshake("proxy.response = {type = 0} return 2")).isEqualTo(LoginDecision.answer(Reply.ok()));
    }

    @Test
    void sendQueryInReadHandshakeIsDeprecated() {
        assertThat(handshake(BUSY + "return proxy.PROXY_SEND_QUERY"))
                .isEqualTo(LoginDecision.refuse(Reply.error(1105, "07000", "busy")));
        assertThat(bench.log).hasSize(1);
        assertThat(bench.log.get(0)).startsWith("warning (read_handshake) ").contains("deprecated");
    }

    @Test
    void otherNumbersInReadHandshakeForward() {
        assertThat(handshake("return proxy.PROXY_IGNORE_RESULT")).isEqualTo(LoginDecision.proceed());
        assertThat(handshake("return 99")).isEqualTo(LoginDecision.proceed());
    }

    @Test
    void readAuthSeesTheLogin() {
        session.user = Optional.of("joe");
        session.schema = Optional.of("shop");
        assertThat(bench.printed(() -> assertThat(auth("""
            local c = proxy.connection.client
            print(select('#', ...), c.username, c.scrambled_password, c.default_db, c.auth_plugin_name)
            """)).isEqualTo(LoginDecision.proceed())))
                .isEqualTo("0\tjoe\t01234567890123456789\tshop\tmysql_native_password\n");
    }

    @Test
    void readAuthMayAnswer() {
        assertThat(auth("proxy.response = {type = proxy.MYSQLD_PACKET_OK} return proxy.PROXY_SEND_RESULT"))
                .isEqualTo(LoginDecision.answer(Reply.ok()));
        assertThat(auth(BUSY + "return 2")).isEqualTo(LoginDecision.answer(Reply.error(1105, "07000", "busy")));
        assertThat(auth("return 2")).isEqualTo(LoginDecision.answer(Response.UNUSABLE));
    }

    @Test
    void readAuthMayReplaceThePacket() {
        LoginDecision decision = auth("proxy.queries:append(1, 'new packet') proxy.queries:append(2, 'ignored')"
                + " return proxy.PROXY_SEND_QUERY");
        assertThat(((LoginDecision.Replace) decision).payload())
                .isEqualTo("new packet".getBytes(StandardCharsets.US_ASCII));
        assertThat(auth("return proxy.PROXY_SEND_QUERY")).isEqualTo(LoginDecision.proceed());
        assertThat(auth("proxy.queries:append(1, '') return proxy.PROXY_SEND_QUERY"))
                .isEqualTo(LoginDecision.proceed());
    }

    @Test
    void readAuthResultSeesThePacket() {
        assertThat(bench.printed(() -> assertThat(authResult(
                                "print(#auth.packet, auth.packet:byte(), type(auth), auth.other, select('#', ...))"))
                        .isEqualTo(LoginDecision.proceed())))
                .isEqualTo("2\t254\ttable\tnil\t0\n");
    }

    @Test
    void readAuthResultMayReplaceWhatTheClientSees() {
        assertThat(authResult(BUSY + "return proxy.PROXY_SEND_RESULT"))
                .isEqualTo(LoginDecision.answer(Reply.error(1105, "07000", "busy")));
        assertThat(authResult("return proxy.PROXY_SEND_QUERY")).isEqualTo(LoginDecision.proceed());
        assertThat(authResult("return 9")).isEqualTo(LoginDecision.proceed());
    }

    @Test
    void readAuthResultMayParkTheServer() {
        assertThat(bench.printed(() -> authResult("proxy.connection.backend_ndx = 0"
                        + " print(proxy.connection.server, proxy.connection.backend_ndx)")))
                .isEqualTo("nil\t0\n");
        assertThat(session.calls).containsExactly("park");
    }

    @Test
    void readAuthResultRunsForEachPacket() {
        ScriptHooks hooks = bench.hooks("function read_auth_result(auth) print(auth.packet) end");
        assertThat(bench.printed(() -> {
                    hooks.onAuthResult(session, new byte[] {'a'});
                    hooks.onAuthResult(session, new byte[] {'b'});
                }))
                .isEqualTo("a\nb\n");
    }

    @Test
    void disconnectClientRunsOnceWhateverItReturns() {
        ScriptHooks hooks = bench.hooks(
                "function disconnect_client(...) print('end', select('#', ...), proxy.connection.server ~= nil)"
                        + " proxy.connection.backend_ndx = 0 return proxy.PROXY_SEND_RESULT end");
        hooks.onConnect(session);
        assertThat(bench.printed(() -> hooks.onDisconnect(session, "backend-lost")))
                .isEqualTo("end\t0\ttrue\n");
        assertThat(session.calls).containsExactly("park");
        assertThat(bench.printed(() -> hooks.onDisconnect(session, "backend-lost")))
                .isEmpty();
    }

    @Test
    void allScriptsOfAChainHearOfTheEnd() {
        Path a = bench.script("a.lua", "function disconnect_client() print('a') error('x') end");
        Path b = bench.script("b.lua", "function disconnect_client() print('b') end");
        ScriptHooks hooks = bench.hooks(a, b);
        hooks.onConnect(session);
        assertThat(bench.printed(() -> hooks.onDisconnect(session, "client-quit")))
                .isEqualTo("a\nb\n");
    }

    @Test
    void theFirstScriptOfAChainThatAnswersWins() {
        Path a = bench.script("a.lua", "function read_handshake() end function read_auth() end");
        Path b = bench.script(
                "b.lua",
                "function read_auth() proxy.response = {type = 0} return 2 end"
                        + " function read_auth_result() proxy.response = {type = 0} return 2 end");
        Path c = bench.script(
                "c.lua", "function read_auth() print('never') end function read_auth_result() print('never') end");
        ScriptHooks hooks = bench.hooks(a, b, c);
        assertThat(bench.printed(() -> {
                    assertThat(hooks.onAuth(session, new byte[] {1})).isEqualTo(LoginDecision.answer(Reply.ok()));
                    assertThat(hooks.onAuthResult(session, new byte[] {1})).isEqualTo(LoginDecision.answer(Reply.ok()));
                }))
                .isEmpty();
    }
}
