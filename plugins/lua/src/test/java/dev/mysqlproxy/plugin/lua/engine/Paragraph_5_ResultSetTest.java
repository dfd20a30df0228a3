package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.injected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.QuerySummary.Status;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 5: the argument of read_query_result, and its result set. */
class Paragraph_5_ResultSetTest {

    private static final FakeResult TABLE =
            FakeResult.of(new String[] {"id", "name"}, new String[] {"1", "one"}, new String[] {"2", null});

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    /** What a chunk about {@code inj} and {@code res} returns, for a command with this first byte. */
    private String read(int command, boolean needed, String chunk, QuerySummary summary, ResultView result) {
        ScriptHooks hooks = bench.hooks("""
            function read_query(packet)
                proxy.queries:append(11, string.char(%d) .. "SELECT 1", {resultset_is_needed = %s})
                return proxy.PROXY_SEND_QUERY
            end
            function read_query_result(inj)
                local res = inj.resultset
                local ok, value = pcall(function() %s end)
                io.write((ok and "" or "ERR:") .. tostring(value))
            end
            """.formatted(command, needed, chunk));
        FakeSession own = new FakeSession();
        Injection injection = injected(hooks.onQuery(own, FakeCommand.query("x")));
        return bench.printed(() -> Bench.result(hooks, own, injection, summary, result));
    }

    private String ofTable(String chunk) {
        return read(3, true, chunk, FakeResult.summary(Status.OK, 1, 2, 2 | 32), TABLE);
    }

    private String ofOk(String chunk) {
        return read(3, true, chunk, FakeResult.summary(Status.OK, 0, 0, 1), FakeResult.ok((byte) 0));
    }

    private String ofError(String chunk) {
        return read(3, true, chunk, FakeResult.summary(Status.ERR, 0, 0, 3), FakeResult.ok((byte) 255, (byte) 1));
    }

    private String streamed(String chunk) {
        return read(3, false, chunk, FakeResult.summary(Status.OK, 1, 2, 2), null);
    }

    @Test
    void theInjection() {
        assertThat(ofOk("return inj.id .. ' ' .. inj.type .. ' ' .. inj.query")).isEqualTo("11 11 \3SELECT 1");
        assertThat(ofOk("return type(inj)")).isEqualTo("userdata");
        assertThat(ofOk("inj.id = 5")).startsWith("ERR:").contains("attempt to index");
        assertThat(bench.log).isEmpty();
        assertThat(ofOk("return inj.other")).isEqualTo("nil");
        assertThat(bench.log).containsExactly("message inj[other] ... not found");
    }

    @Test
    void timesAreMicroseconds() {
        assertThat(ofOk("return inj.response_time - inj.query_time <= 3000 and inj.response_time >= inj.query_time"))
                .isEqualTo("true");
        assertThat(ofOk("return inj.query_time >= 0 and inj.query_time % 1 == 0"))
                .isEqualTo("true");
    }

    @Test
    void queryStatus() {
        assertThat(ofTable("return res.query_status")).isEqualTo("0");
        assertThat(ofError("return res.query_status == proxy.MYSQLD_PACKET_ERR"))
                .isEqualTo("true");
        assertThat(read(3, true, "return res.query_status", FakeResult.summary(Status.LOST, 0, 0, 0), null))
                .isEqualTo("nil");
        assertThat(read(2, true, "return res.query_status", FakeResult.summary(Status.ERR, 0, 0, 0), null))
                .isEqualTo("0");
        assertThat(read(23, true, "return res.query_status", FakeResult.summary(Status.ERR, 0, 0, 0), null))
                .isEqualTo("255");
    }

    @Test
    void affectedRowsAndInsertId() {
        assertThat(ofOk("return res.affected_rows .. ' ' .. res.insert_id")).isEqualTo("7 42");
        assertThat(ofTable("return tostring(res.affected_rows) .. tostring(res.insert_id)"))
                .isEqualTo("nilnil");
        assertThat(ofError("return res.affected_rows .. ' ' .. res.insert_id")).isEqualTo("0 0");
    }

    @Test
    void unsignedNumbers() {
        QuerySummary large = new QuerySummary(
                OptionalInt.empty(), Status.OK, 2, 0, "", "", 0, 0, -1, Long.MIN_VALUE, 0, 0, 0, 0, 0, 0);
        assertThat(read(3, true, "return res.affected_rows == 2^64 and res.insert_id == 2^63", large, TABLE))
                .isEqualTo("true");
    }

    @Test
    void counts() {
        assertThat(ofTable("return res.warning_count .. ' ' .. res.row_count")).isEqualTo("3 2");
        assertThat(streamed("return res.row_count")).isEqualTo("2");
    }

    @Test
    void bytesAreThoseOfTheRowsWithHeaders() {
        assertThat(ofTable("return res.bytes")).isEqualTo(Integer.toString((2 + 4 + 4) + (2 + 1 + 4)));
        assertThat(ofOk("return res.bytes")).isEqualTo("0");
        assertThat(streamed("return res.bytes")).isEqualTo("300");
    }

    @Test
    void flags() {
        String all = "local f = res.flags return tostring(f.in_trans) .. tostring(f.auto_commit)"
                + " .. tostring(f.no_good_index_used) .. tostring(f.no_index_used)";
        assertThat(ofTable(all)).isEqualTo("falsetruefalsetrue");
        assertThat(ofOk(all)).isEqualTo("truefalsefalsefalse");
        assertThat(ofError(all)).isEqualTo("falsefalsefalsefalse");
        assertThat(ofTable("return res.flags == res.flags")).isEqualTo("false");
    }

    @Test
    void raw() {
        assertThat(ofTable("return res.raw:byte()")).isEqualTo("2");
        assertThat(ofError("return res.raw:byte(1, 2)")).isEqualTo("255");
    }

    @Test
    void fields() {
        assertThat(ofTable("return #res.fields .. res.fields[1].name .. res.fields[2].name"))
                .isEqualTo("2idname");
        assertThat(ofTable("local f = res.fields[1] return f.type .. f.org_name .. f.table .. f.org_table .. f.db"
                        + " .. ' ' .. f.charset .. ' ' .. f.flags"))
                .isEqualTo("253o_idtotdb1 45 1");
        assertThat(ofTable("return tostring(res.fields[0]) .. tostring(res.fields[3]) .. tostring(res.fields[-1])"))
                .isEqualTo("nilnilnil");
        assertThat(ofTable("return res.fields.x")).startsWith("ERR:").contains("number expected, got string");
        assertThat(ofTable("return res.fields[1].catalog")).isEqualTo("nil");
        assertThat(ofOk("return #res.fields")).isEqualTo("0");
        assertThat(ofError("return tostring(#res.fields) .. tostring(res.fields[1])"))
                .isEqualTo("0nil");
    }

    @Test
    void emptyNamesAreNil() {
        FakeResult bare = FakeResult.of(new String[] {"a"});
        bare.columns.set(0, new ResultView.Column("1", "", "", "", "", 8, 63, 0));
        assertThat(read(
                        3,
                        true,
                        "local f = res.fields[1] return f.name .. tostring(f.org_name) .. tostring(f.table)"
                                + " .. tostring(f.org_table) .. tostring(f.db)",
                        FakeResult.summary(Status.OK, 1, 0, 2),
                        bare))
                .isEqualTo("1nilnilnilnil");
    }

    @Test
    void rows() {
        assertThat(ofTable(
                        "local t = '' for row in res.rows do t = t .. row[1] .. tostring(row[2]) .. ';' end return t"))
                .isEqualTo("1one;2nil;");
        assertThat(ofTable("return type(res.rows)")).isEqualTo("function");
        assertThat(ofTable("local r = res.rows r() r() return tostring(r()) .. tostring(r())"))
                .isEqualTo("nilnil");
        assertThat(ofTable("res.rows() return res.rows()[1]"))
                .as("starts again")
                .isEqualTo("1");
        assertThat(ofOk("return res.rows")).isEqualTo("nil");
        assertThat(ofError("return res.rows")).isEqualTo("nil");
    }

    @Test
    void rowsAreReadOneByOne() {
        FakeResult result =
                FakeResult.of(new String[] {"a"}, new String[] {"1"}, new String[] {"2"}, new String[] {"3"});
        read(3, true, "return res.rows()[1]", FakeResult.summary(Status.OK, 1, 3, 2), result);
        assertThat(result.rowsRead).isEqualTo(1);
    }

    @Test
    void rowsThatAreCutOff() {
        FakeResult result = FakeResult.of(new String[] {"a"}, new String[] {"1"});
        result.broken = new IllegalStateException("packet ends inside a row");
        assertThat(read(3, true, "return res.rows()", FakeResult.summary(Status.OK, 1, 1, 2), result))
                .endsWith("row-data is invalid");
    }

    @Test
    void whatNeedsTheResultSaysSo() {
        for (String field : new String[] {"fields", "rows", "raw"}) {
            assertThat(streamed("return res." + field))
                    .startsWith("ERR:")
                    .endsWith(".resultset." + field + " isn't available if 'resultset_is_needed ~= true'");
        }
    }

    @Test
    void whatIsNewInOurs() {
        assertThat(ofTable("return res.server_status")).isEqualTo("34");
        assertThat(ofError("return res.error_code .. res.sqlstate .. res.error_message"))
                .isEqualTo("106442000You have an error");
        assertThat(ofOk("return tostring(res.error_code) .. tostring(res.sqlstate) .. tostring(res.error_message)"))
                .isEqualTo("nilnilnil");
        assertThat(ofOk("return res.session_track")).isEqualTo("nil");
        assertThat(ofOk("return res.nothing")).isEqualTo("nil");
    }

    /** As MySQL 9.7 and MariaDB 11.4 send it. */
    @Test
    void sessionState() {
        byte[] packet = {
            0, 0, 0, 0x02, 0x40, 0, 0, // status: autocommit, state changed
            0, // no text
            18, 1, 5, 4, 's', 'h', 'o', 'p', 2, 1, '1', 0, 6, 1, 'a', 3, 'x', 'y', 'z',
        };
        FakeResult result = FakeResult.ok(packet);
        QuerySummary summary = FakeResult.summary(Status.OK, 0, 0, 0x4002);
        assertThat(read(
                        3,
                        true,
                        "local t = res.session_track return t.schema .. tostring(t.state_changed) .. t.variables.a",
                        summary,
                        result))
                .isEqualTo("shoptruexyz");
        assertThat(read(3, false, "return res.session_track", summary, null)).isEqualTo("nil");
        assertThat(read(3, true, "return res.session_track", summary, FakeResult.ok((byte) 0)))
                .isEqualTo("nil");
    }
}
