package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.raw.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a script answers and what it sends: {@code proxy.response} and {@code proxy.queries}. */
class LuaAnswersIT extends Evaluation {
    // --- 3. proxy.response -------------------------------------------------------------------------------------------

    @Test
    @DisplayName("3 OK with and without numbers")
    void responseOk() {
        assertThat(respond("{type = 0}").last().payload()).startsWith(0, 0, 0, 2, 0, 0, 0);
        assertThat(respond("{type = 0, affected_rows = 3, insert_id = 250}")
                        .last()
                        .payload())
                .startsWith(0, 3, 250, 2, 0, 0, 0);
        assertThat(respond("{type = 0, insert_id = 1000}").last().payload()).startsWith(0, 0, 0xfc, 0xe8, 3, 2, 0);
        // what is no table is no result set
        assertThat(respond("{type = 0, resultset = 'none'}").last().payload()).startsWith(0, 0, 0, 2, 0);
    }

    @Test
    @DisplayName("3 ERR and its defaults")
    void responseErr() {
        assertThat(respond("{type = 255, errmsg = 'a', errcode = 1234, sqlstate = '42S02'}")
                        .errorText())
                .isEqualTo("1234 #42S02a");
        assertThat(respond("{type = 255, errmsg = 'a'}").errorText()).isEqualTo("1105 #07000a");
        assertThat(respond("{type = 255, errmsg = 'a', errcode = '1234', sqlstate = ''}")
                        .errorText())
                .isEqualTo("1234 #07000a");
        assertThat(respond("{type = 255, errcode = 1234, sqlstate = '42S02'}").errorText())
                .isEqualTo("1105 #07000(lua) proxy.response.errmsg is nil");
        assertThat(respond("{type = 255, errmsg = ('x'):rep(600)}").errorText())
                .isEqualTo("1105 #07000" + "x".repeat(512));
    }

    @Test
    @DisplayName("3 RAW: packets as they are")
    void responseRaw() {
        assertThat(respond("{type = 250, packets = {'\\0\\1\\2\\2\\0\\0\\0'}}")
                        .last()
                        .payload())
                .containsExactly(0, 1, 2, 2, 0, 0, 0);
        assertThat(respond("{type = 250, packets = {'\\1', "
                                + "'\\3def\\0\\0\\0\\1c\\0\\12\\8\\0\\1\\0\\0\\0\\254\\0\\0\\0\\0\\0',"
                                + " '\\254\\0\\0\\2\\0', '\\1z', '\\254\\0\\0\\2\\0'}}")
                        .rows())
                .containsExactly(Map.of("c", "z"));
    }

    @Test
    @DisplayName("3 result sets: values and their texts, NULL, missing names and types")
    void responseResultSet() {
        Reply reply = respond("{type = 0, resultset = {fields = {{name = 'a', type = 254}, {name = 'b', type = 3},"
                + " {name = 'c', type = 3}}, rows = {{'x', 1, 1.5}, {nil, 1e15, 'y'}, {true, {}, 0.1}, {}}}}");
        List<Map<String, String>> rows = reply.rows();
        assertThat(rows).hasSize(4);
        assertThat(rows.get(0)).containsEntry("a", "x").containsEntry("b", "1").containsEntry("c", "1.5");
        assertThat(rows.get(1))
                .containsEntry("a", null)
                .containsEntry("b", "1e+15")
                .containsEntry("c", "y");
        assertThat(rows.get(2))
                .containsEntry("a", null)
                .containsEntry("b", null)
                .containsEntry("c", "0.1");
        assertThat(rows.get(3))
                .containsEntry("a", null)
                .containsEntry("b", null)
                .containsEntry("c", null);
        // name "a", no tables; charset 8, length 32, the type, PRI_KEY
        assertThat(reply.packets().get(1).payload())
                .startsWith(3, 'd', 'e', 'f', 0, 0, 0, 1, 'a')
                .containsSequence(12, 8, 0, 32, 0, 0, 0, 254, 2, 0, 0);

        Output output = Output.of(proxy);
        assertThat(respond("{type = 0, resultset = {fields = {{}}, rows = {}}}")
                        .packets()
                        .get(1)
                        .payload())
                .containsSequence("no-field-name".getBytes(StandardCharsets.US_ASCII));
        output.containing("(warning)");
    }

    @Test
    @DisplayName("3 the response is empty again before each read_query")
    void responseIsReset() {
        respond("{type = 255, errmsg = 'old'}");
        assertThat(client.query("do return proxy.PROXY_SEND_RESULT").errorText())
                .contains("(lua) handling proxy.response failed, check error-log");
        assertThat(lua("next(proxy.response)")).isEqualTo("nil");
    }

    // --- 4. proxy.queries --------------------------------------------------------------------------------------------

    @Test
    @DisplayName("4 append, prepend, reset, length")
    void queries() {
        assertThat(chunk("proxy.queries:append(1, 'a') proxy.queries:prepend(2, 'b') proxy.queries:append('3', 4)"
                        + " local n = #proxy.queries local m = proxy.queries:len() proxy.queries:reset()"
                        + " return n .. ' ' .. m .. ' ' .. #proxy.queries"))
                .isEqualTo("3 3 0");
        assertThat(lua("select('#', proxy.queries:append(1, 'a')) + select('#', proxy.queries:reset())"))
                .isEqualTo("0");
        assertThat(chunk("proxy.queries:append(1, 'a', nil)"
                        + " proxy.queries:append(1, 'a', {resultset_is_needed = nil, other = 1})"
                        + " local n = #proxy.queries proxy.queries:reset() return n"))
                .isEqualTo("2");
    }

    @Test
    @DisplayName("4 what cannot be appended")
    void queriesWrongTypes() {
        assertThat(raised("proxy.queries:append('x', 'y')"))
                .contains("bad argument #1 to 'append' (number expected, got string)");
        assertThat(raised("proxy.queries:append(1)"))
                .contains("bad argument #2 to 'append' (string expected, got no value)");
        assertThat(raised("proxy.queries:append(1, {})"))
                .contains("bad argument #2 to 'append' (string expected, got table)");
        assertThat(raised("proxy.queries:append(1, 'y', 1)"))
                .contains("bad argument #3 to 'append' (table expected, got number)");
        assertThat(raised("proxy.queries:prepend(nil, 'y')"))
                .contains("bad argument #1 to 'prepend' (number expected, got nil)");
        assertThat(raised("proxy.queries:append(1, 'y', {resultset_is_needed = 1})"))
                .contains("bad argument");
    }

    @Test
    @DisplayName("4 all of the queue is sent, in order; one result is the client's")
    void queueIsSent() {
        Output output = Output.of(proxy);
        assertThat(client.query("each SELECT 'one' ; SELECT 2 ; DO 1 ; SELEC").value())
                .isEqualTo("one");
        output.line("result 11: 1").line("result 12: 1").line("result 13: 0").line("result 14: 255");
    }

    @Test
    @DisplayName("4 a queue without SEND_QUERY is dropped; SEND_QUERY without a queue forwards")
    void queueIsDropped() {
        Output output = Output.of(proxy);
        assertThat(client.query("do proxy.queries:append(1, '\\3SELECT 1')").errorCode())
                .isEqualTo(1064);
        output.containing("(critical)", "Discarding 1 element");
        assertThat(client.query("do return proxy.PROXY_SEND_QUERY").errorCode()).isEqualTo(1064);
    }
}
