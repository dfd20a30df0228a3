package dev.mysqlproxy.plugin.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.plugin.lua.binding.Response;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 3: proxy.response. */
class Paragraph_3_ResponseTest {

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    private Reply response(String table) {
        QueryDecision decision = bench.hooks(
                        "function read_query() proxy.response = " + table + " return proxy.PROXY_SEND_RESULT end")
                .onQuery(new FakeSession(), FakeCommand.query("x"));
        return ((QueryDecision.Answer) decision).reply();
    }

    private Reply.ByteRows rows(String set) {
        return (Reply.ByteRows) response("{type = proxy.MYSQLD_PACKET_OK, resultset = " + set + "}");
    }

    private static List<String> texts(List<byte[]> row) {
        return row.stream()
                .map(value -> value == null ? null : Bench.text(value))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{type = 'OK'}",
                "{type = {}}",
                "{type = 1}",
                "{type = 254}",
                "5",
                "nil",
                "'text'",
                "{type = 250}",
                "{type = 250, packets = 'x'}",
                "{type = 250, packets = {}}",
                "{type = 250, packets = {'a', {}}}",
                "{type = 250, packets = {true}}",
                "{type = 0, resultset = {}}",
                "{type = 0, resultset = {fields = {}, rows = {}}}",
                "{type = 0, resultset = {fields = 'x', rows = {}}}",
                "{type = 0, resultset = {fields = {'x'}, rows = {}}}",
                "{type = 0, resultset = {fields = {{name = 'a', type = 1}}, rows = 5}}",
                "{type = 0, resultset = {fields = {{name = 'a', type = 1}}, rows = {5}}}",
            })
    void whatCannotBeSent(String table) {
        assertThat(response(table)).isSameAs(Response.UNUSABLE);
        assertThat(bench.log).hasSize(1);
        assertThat(bench.log.get(0)).startsWith("message (lua) proxy.response");
    }

    @Test
    void anOkPacket() {
        assertThat(response("{type = proxy.MYSQLD_PACKET_OK}")).isEqualTo(Reply.ok());
        assertThat(response("{type = 0, affected_rows = 7, insert_id = '12'}")).isEqualTo(new Reply.Ok(7, 12, 0, ""));
        assertThat(response("{type = 0, resultset = 'no table', affected_rows = {}}"))
                .isEqualTo(Reply.ok());
        assertThat(response("{type = 0, affected_rows = 2^63}")).isEqualTo(new Reply.Ok(Long.MIN_VALUE, 0, 0, ""));
    }

    @Test
    void anErrPacket() {
        assertThat(response("{type = proxy.MYSQLD_PACKET_ERR, errmsg = 'no', errcode = 1142, sqlstate = '42000'}"))
                .isEqualTo(Reply.error(1142, "42000", "no"));
        assertThat(response("{type = 255, errmsg = 'no'}")).isEqualTo(Reply.error(1105, "07000", "no"));
        assertThat(response("{type = 255, errmsg = 'no', errcode = '1064'}"))
                .isEqualTo(Reply.error(1064, "07000", "no"));
        assertThat(response("{type = 255, errmsg = 12, sqlstate = ''}")).isEqualTo(Reply.error(1105, "07000", "12"));
        assertThat(response("{type = 255, errmsg = 'no', sqlstate = '42S22extra'}"))
                .isEqualTo(Reply.error(1105, "42S22", "no"));
        assertThat(response("{type = 255, errmsg = 'no', errcode = 0}")).isEqualTo(Reply.error(1105, "07000", "no"));
        assertThat(response("{type = 255, errmsg = 'no', errcode = 1e10}")).isEqualTo(Reply.error(1105, "07000", "no"));
    }

    @Test
    void anErrPacketWithoutText() {
        Reply.Err missing = Reply.error(1105, "07000", "(lua) proxy.response.errmsg is nil");
        assertThat(response("{type = 255, errcode = 5, sqlstate = '42000'}")).isEqualTo(missing);
        assertThat(response("{type = 255, errmsg = {}}")).isEqualTo(missing);
    }

    @Test
    void anErrorTextThatIsNotUtf8GoesOutAsItIs() {
        Reply.Raw raw = (Reply.Raw) response("{type = 255, errmsg = 'gr\\252n', errcode = 1064}");
        assertThat(raw.payloads().get(0))
                .isEqualTo("\u00ff(\u0004#07000gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void rawPackets() {
        Reply.Raw raw = (Reply.Raw) response("{type = proxy.MYSQLD_PACKET_RAW, packets = {'\\0\\1\\255', '', 42}}");
        assertThat(raw.payloads()).containsExactly(new byte[] {0, 1, -1}, new byte[0], new byte[] {'4', '2'});
    }

    @Test
    void aResultSet() {
        Reply.ByteRows set =
                rows("{fields = {{name = 'id', type = proxy.MYSQL_TYPE_LONG}, {name = 'text', type = 254}},"
                        + " rows = {{1, 'one'}, {'2', 'two'}}}");
        assertThat(set.columns()).containsExactly(new Reply.Column("id", 3), new Reply.Column("text", 254));
        assertThat(set.rows().stream().map(Paragraph_3_ResponseTest::texts).toList())
                .containsExactly(List.of("1", "one"), List.of("2", "two"));
        assertThat(bench.log).isEmpty();
    }

    @Test
    void valuesOfRows() {
        Reply.ByteRows set = rows("""
            {fields = {{name = 'a', type = 254}, {name = 'b', type = 254}, {name = 'c', type = 254}}, rows = {
                {nil, 1.5, 'x'}, {1e15, 123456789012345678, 2^53}, {true, {}, print}, {}, {'a', 'b', 'c', 'd'},
                {'with\\0nul', '', '\\255\\254'},
            }}
            """);
        assertThat(texts(set.rows().get(0))).isEqualTo(Arrays.asList(null, "1.5", "x"));
        assertThat(texts(set.rows().get(1))).containsExactly("1e+15", "1.2345678901235e+17", "9.007199254741e+15");
        assertThat(texts(set.rows().get(2))).isEqualTo(Arrays.asList(null, null, null));
        assertThat(texts(set.rows().get(3))).isEqualTo(Arrays.asList(null, null, null));
        assertThat(texts(set.rows().get(4))).containsExactly("a", "b", "c");
        assertThat(set.rows().get(5))
                .containsExactly("with\0nul".getBytes(StandardCharsets.US_ASCII), new byte[0], new byte[] {-1, -2});
    }

    @Test
    void namesAndTypesThatAreMissing() {
        Reply.ByteRows set = rows("{fields = {{type = 3}, {name = 'b'}, {name = 7, type = '8'}}, rows = {}}");
        assertThat(set.columns())
                .containsExactly(
                        new Reply.Column("no-field-name", 3), new Reply.Column("b", 254), new Reply.Column("7", 8));
        assertThat(bench.log).hasSize(2).allSatisfy(line -> assertThat(line).startsWith("warning (lua) "));
    }

    @Test
    void rowsEndAtTheFirstNil() {
        Reply.ByteRows set =
                rows("{fields = {{name = 'a', type = 254}, nil, {name = 'c', type = 254}}, rows = {{1}, nil, {3}}}");
        assertThat(set.columns()).hasSize(1);
        assertThat(set.rows()).hasSize(1);
    }

    @Test
    void noRowsAtAll() {
        assertThat(rows("{fields = {{name = 'a', type = 254}}}").rows()).isEmpty();
    }

    @Test
    void metatablesAreAsked() {
        assertThat(response("setmetatable({}, {__index = {type = 0, affected_rows = 4}})"))
                .isEqualTo(new Reply.Ok(4, 0, 0, ""));
        assertThat(response("setmetatable({}, {__index = function(t, k) return k == 'type' and 0 or nil end})"))
                .isEqualTo(Reply.ok());
    }

    @Test
    void anErrorWhileItIsReadIsTheHooks() {
        QueryDecision decision = bench.hooks("function read_query() proxy.response ="
                        + " setmetatable({}, {__index = function() error('trap') end}) return 2 end")
                .onQuery(new FakeSession(), FakeCommand.query("x"));
        assertThat(decision).isEqualTo(QueryDecision.forward());
        assertThat(bench.log.get(0)).startsWith("critical (read_query) ").endsWith("trap");
    }

    @Test
    void rowsWithoutAnEndAreStopped() {
        bench.with(ScriptOptions.LUA_INSTRUCTIONS, 1_000_000);
        Reply reply = response("{type = 0, resultset = {fields = {{name = 'a', type = 254}},"
                + " rows = setmetatable({}, {__index = function() return {'x'} end})}}");
        assertThat(((Reply.Err) reply).message()).contains("read_query was stopped");
    }
}
