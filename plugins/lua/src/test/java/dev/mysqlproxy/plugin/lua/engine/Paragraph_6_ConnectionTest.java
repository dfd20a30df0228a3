package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.eval;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 6: proxy.connection, both sides, and addresses. */
class Paragraph_6_ConnectionTest {

    @TempDir
    Path folder;

    private Bench bench;
    private ScriptHooks hooks;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
        hooks = bench.hooks(Bench.EVAL);
    }

    private String run(String chunk) {
        return eval(hooks, session, chunk);
    }

    private String get(String field) {
        return run("return proxy.connection." + field);
    }

    private void login() {
        hooks.onHandshake(session, Packets.greeting());
        hooks.onAuth(session, Packets.login("joe", "01234567890123456789", "shop"));
        session.user = Optional.of("joe");
        session.schema = Optional.of("shop");
        session.authPlugin = Optional.of("caching_sha2_password");
        session.threadId = 4_000_000_001L;
        session.serverVersion = "8.4.2";
        session.server = new FakeServer(2);
        session.server.user = session.user;
        session.server.schema = Optional.of("other");
    }

    @Test
    void sidesThatExist() {
        assertThat(run("return type(proxy.connection.client)")).isEqualTo("userdata");
        assertThat(get("server")).isEqualTo("nil");
        session.server = new FakeServer(1);
        assertThat(run("return type(proxy.connection.server)")).isEqualTo("userdata");
        assertThat(get("other")).isEqualTo("nil");
        assertThat(bench.log).isEmpty();
    }

    @Test
    void deprecatedFields() {
        assertThat(get("thread_id"))
                .endsWith("proxy.connection.thread_id is deprecated, use proxy.connection.server.thread_id instead");
        assertThat(get("mysqld_version"))
                .endsWith("proxy.connection.mysqld_version is deprecated, use proxy.connection.server.mysqld_version"
                        + " instead");
        assertThat(get("default_db"))
                .contains("proxy.connection.default_db is deprecated, use proxy.connection.client.default_db")
                .contains("server.default_db");
        assertThat(get("client.address")).endsWith(".address is deprecated. Use .src.name or .dst.name instead");
    }

    @Test
    void fieldsThatCannotBeSet() {
        assertThat(run("proxy.connection.server = 1")).endsWith("proxy.connection.server is not writable");
        assertThat(run("proxy.connection.foo = 1")).endsWith("proxy.connection.foo is not writable");
        assertThat(run("proxy.connection.client.username = 'x'")).contains("attempt to index");
    }

    @Test
    void connectionClose() {
        run("proxy.connection.connection_close = true");
        assertThat(session.closing).isTrue();
        run("proxy.connection.connection_close = false");
        assertThat(session.closing).isFalse();
        assertThat(run("proxy.connection.connection_close = 1"))
                .contains("bad argument #3")
                .contains("boolean expected, got number");
        assertThat(get("connection_close")).isEqualTo("nil");
    }

    @Test
    void backendIndexIsTheServers() {
        assertThat(get("backend_ndx")).isEqualTo("0");
        session.server = new FakeServer(2);
        assertThat(get("backend_ndx")).isEqualTo("2");
    }

    @Test
    void backendIndexZeroParks() {
        session.server = new FakeServer(2);
        assertThat(run("proxy.connection.backend_ndx = 0 return tostring(proxy.connection.server)"
                        + " .. proxy.connection.backend_ndx"))
                .isEqualTo("nil0");
        assertThat(session.calls).containsExactly("park");
        run("proxy.connection.backend_ndx = 0");
        assertThat(session.calls).containsExactly("park", "park");
    }

    @Test
    void backendIndexTakesAnIdleConnection() {
        session.server = new FakeServer(1);
        session.idle.put(2, 1);
        assertThat(run("proxy.connection.backend_ndx = 2 return proxy.connection.backend_ndx"))
                .isEqualTo("2");
        assertThat(run("proxy.connection.backend_ndx = 3 return proxy.connection.backend_ndx"))
                .isEqualTo("2");
        assertThat(session.calls).containsExactly("take 2", "take 3");
    }

    @Test
    void backendIndexHasToBeANumber() {
        assertThat(run("proxy.connection.backend_ndx = 'x'"))
                .contains("bad argument #3")
                .contains("number expected, got string");
        assertThat(run("proxy.connection.backend_ndx = nil")).contains("number expected, got nil");
        session.idle.put(2, 1);
        assertThat(run("proxy.connection.backend_ndx = '2' return proxy.connection.backend_ndx"))
                .isEqualTo("2");
    }

    @Test
    void theClientSide() {
        login();
        assertThat(get("client.username")).isEqualTo("joe");
        assertThat(get("client.default_db")).isEqualTo("shop");
        assertThat(get("client.scrambled_password")).isEqualTo("01234567890123456789");
        assertThat(get("client.auth_plugin_name")).isEqualTo("mysql_native_password");
        assertThat(get("client.mysqld_version")).isEqualTo("80402");
        assertThat(get("client.thread_id")).isEqualTo("4000000001");
        assertThat(get("client.scramble_buffer")).isEqualTo("abcdefghijklmnopqrst");
        assertThat(get("client.tls")).isEqualTo("false");
        session.attributes.put("program_name", "mysql");
        assertThat(get("client.attributes.program_name")).isEqualTo("mysql");
        assertThat(get("client.attributes.other")).isEqualTo("nil");
        assertThat(bench.log).isEmpty();
    }

    @Test
    void theServerSide() {
        login();
        assertThat(get("server.username")).isEqualTo("joe");
        assertThat(get("server.default_db")).isEqualTo("other");
        assertThat(get("server.scrambled_password")).isEqualTo("01234567890123456789");
        assertThat(get("server.auth_plugin_name")).isEqualTo("caching_sha2_password");
        assertThat(get("server.mysqld_version")).isEqualTo("80402");
        assertThat(get("server.thread_id")).isEqualTo("4000000001");
        assertThat(get("server.scramble_buffer")).isEqualTo("abcdefghijklmnopqrst");
        assertThat(get("server.is_fresh")).isEqualTo("true");
        assertThat(get("server.tls")).isEqualTo("false");
        session.server.fresh = false;
        assertThat(get("server.is_fresh")).isEqualTo("false");
        assertThat(bench.log).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"username", "scrambled_password", "auth_plugin_name", "mysqld_version", "thread_id", "foo"})
    void whatIsNotKnownYetIsNilWithALine(String field) {
        assertThat(get("client." + field)).isEqualTo("nil");
        assertThat(bench.log).hasSize(1);
        assertThat(bench.log.get(0)).startsWith("critical proxy.connection.client." + field + ":");
    }

    @Test
    void defaultSchemaIsTextFromTheStart() {
        assertThat(run("return proxy.connection.client.default_db == ''")).isEqualTo("true");
        session.server = new FakeServer(1);
        assertThat(run("return proxy.connection.server.default_db == ''")).isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"5.5.5-10.11.8-MariaDB=101108", "5.5.9-log=50509", "9.7.1=90701", "nonsense=0", "5.0.96=50096"})
    void versions(String pair) {
        String[] parts = pair.split("=");
        session.serverVersion = parts[0];
        assertThat(get("client.mysqld_version")).isEqualTo(parts[1]);
    }

    @Test
    void addresses() {
        session.server = new FakeServer(1);
        assertThat(get("client.src.name")).isEqualTo("192.168.1.5:40001");
        assertThat(get("client.src.address")).isEqualTo("192.168.1.5");
        assertThat(get("client.src.port")).isEqualTo("40001");
        assertThat(run("return type(proxy.connection.client.src.port)")).isEqualTo("number");
        assertThat(get("client.src.type")).isEqualTo("2");
        assertThat(get("client.dst.name")).isEqualTo("[::1]:4040");
        assertThat(get("client.dst.address")).isEqualTo("::1");
        assertThat(get("client.dst.port")).isEqualTo("4040");
        assertThat(get("client.dst.type")).isEqualTo("10");
        assertThat(get("server.dst.name")).isEqualTo("10.0.0.1:3306");
        assertThat(get("server.src.name")).isEqualTo("10.0.0.100:51234");
        session.clientAddress = "/run/proxy.sock";
        assertThat(get("client.src.name")).isEqualTo("/run/proxy.sock");
        assertThat(get("client.src.address")).isEqualTo("/run/proxy.sock");
        assertThat(get("client.src.port")).isEqualTo("nil");
        assertThat(get("client.src.type")).isEqualTo("1");
        assertThat(get("client.src.other")).isEqualTo("nil");
        assertThat(run("proxy.connection.client.src.name = 'x'")).contains("attempt to index");
    }
}
