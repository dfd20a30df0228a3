package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A proxy whose script evaluates what the client says, and a client; after each test it still has to serve. */
abstract class Evaluation {
    static final String SEND = " return proxy.PROXY_SEND_RESULT";

    static TestServer server;
    static ProxyProcess proxy;

    RawClient client;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
        proxy = Scripts.before(server, Scripts.ofTests("api/eval.lua"));
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @BeforeEach
    void login() {
        client = Scripts.login(proxy);
    }

    @AfterEach
    void stillServes() {
        assertThat(client.query("SELECT 'alive'").value()).isEqualTo("alive");
        client.close();
    }

    String lua(String expression) {
        return client.query("lua " + expression).value();
    }

    /** Text of the error that the expression raises. */
    String raised(String expression) {
        Reply reply = client.query("lua " + expression);
        assertThat(reply.isError()).as(expression).isTrue();
        return reply.errorText();
    }

    String inj(String expression, String sql) {
        return client.query("inj " + expression + " FOR " + sql).value();
    }

    Reply respond(String response) {
        return client.query("do proxy.response = " + response + SEND);
    }

    /** A chunk whose value is of interest. */
    String chunk(String statements) {
        return lua("(function() " + statements + " end)()");
    }
}
