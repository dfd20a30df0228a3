package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.raw.RawClient;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every object that a script reads, field by field; constants and modules. */
class LuaApiIT extends Evaluation {
    // --- 5. inj ------------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("5 inj: id, type, query, times")
    void injection() {
        assertThat(inj("inj.id .. inj.type .. inj.query", "SELECT 1")).isEqualTo("11\3SELECT 1");
        assertThat(inj("inj.query_time > 0 and inj.response_time >= inj.query_time", "SELECT 1"))
                .isEqualTo("true");
        Output output = Output.of(proxy);
        assertThat(inj("inj.nonsense", "SELECT 1")).isEqualTo("nil");
        output.containing("nonsense", "not found");
        assertThat(client.query("inj (function() inj.id = 2 end)() FOR SELECT 1")
                        .isError())
                .isTrue();
    }

    @Test
    @DisplayName("5 result sets of rows")
    void resultSetOfRows() {
        String sql = "SELECT 1 AS a, NULL AS b UNION ALL SELECT 22, 'x'";
        assertThat(inj("inj.resultset.query_status", sql)).isEqualTo("0");
        assertThat(inj("inj.resultset.row_count", sql)).isEqualTo("2");
        assertThat(inj("tostring(inj.resultset.affected_rows) .. tostring(inj.resultset.insert_id)", sql))
                .isEqualTo("nilnil");
        assertThat(inj("inj.resultset.warning_count", sql)).isEqualTo("0");
        // headers of 4 bytes; "1" and NULL, "22" and "x"
        assertThat(inj("inj.resultset.bytes", sql)).isEqualTo("" + (4 + 2 + 1 + 4 + 3 + 2));
        assertThat(inj("inj.resultset.raw:byte()", sql)).isEqualTo("2");
        assertThat(inj("#inj.resultset.fields .. inj.resultset.fields[1].name .. inj.resultset.fields[2].name", sql))
                .isEqualTo("2ab");
        assertThat(inj("tostring(inj.resultset.fields[3])", sql)).isEqualTo("nil");
        assertThat(inj("type(inj.resultset.fields[1].type)", sql)).isEqualTo("number");
        assertThat(inj(
                        "(function() local t = '' for row in inj.resultset.rows do"
                                + " t = t .. #row .. tostring(row[1]) .. tostring(row[2]) .. ' ' end return t end)()",
                        sql))
                .isEqualTo("11nil 222x ");
        // each access begins anew
        assertThat(inj("inj.resultset.rows()[1] .. inj.resultset.rows()[1]", sql))
                .isEqualTo("11");
        assertThat(inj("tostring(inj.resultset.nonsense)", sql)).isEqualTo("nil");
    }

    @Test
    @DisplayName("5 fields of a table, and what is new of them")
    void fields() {
        Scripts.directly(server, "CREATE TABLE test.fielded (id INT PRIMARY KEY, name VARCHAR(9))");
        try {
            String sql = "SELECT f.id AS i, f.name FROM fielded f";
            assertThat(inj(
                            "(function(f) return f.name .. f.org_name .. f.table .. f.org_table .. f.type end)"
                                    + "(inj.resultset.fields[1])",
                            sql))
                    .isEqualTo("iidffielded3");
            assertThat(inj("inj.resultset.fields[1].db .. inj.resultset.fields[1].charset", sql))
                    .isEqualTo("test63");
            assertThat(inj("inj.resultset.fields[1].flags % 4", sql)).isEqualTo("3");
            assertThat(inj("tostring(inj.resultset.fields[1].catalog)", sql)).isEqualTo("nil");
        } finally {
            Scripts.directly(server, "DROP TABLE test.fielded");
        }
    }

    @Test
    @DisplayName("5 OK and ERR")
    void resultSetOfOkAndErr() {
        String ok = "DO 1";
        assertThat(inj("inj.resultset.affected_rows .. inj.resultset.insert_id .. inj.resultset.query_status", ok))
                .isEqualTo("000");
        assertThat(inj("tostring(inj.resultset.rows) .. #inj.resultset.fields .. inj.resultset.raw:byte()", ok))
                .isEqualTo("nil00");
        assertThat(inj("tostring(inj.resultset.error_code)", ok)).isEqualTo("nil");
        String error = "SELEC";
        assertThat(inj("inj.resultset.query_status .. inj.resultset.raw:byte()", error))
                .isEqualTo("255255");
        assertThat(inj("inj.resultset.affected_rows .. tostring(inj.resultset.rows)", error))
                .isEqualTo("0nil");
        assertThat(inj("inj.resultset.error_code .. inj.resultset.sqlstate", error))
                .isEqualTo("106442000");
        assertThat(inj("inj.resultset.error_message", error)).startsWith("You have an error in your SQL syntax");
    }

    @Test
    @DisplayName("5 flags of the server's status")
    void flags() {
        String flags = "(function(f) return tostring(f.in_trans) .. tostring(f.auto_commit)"
                + " .. tostring(f.no_index_used) .. tostring(f.no_good_index_used) end)(inj.resultset.flags)";
        assertThat(inj(flags, "SELECT 1")).isEqualTo("falsetruefalsefalse");
        assertThat(inj(flags, "BEGIN")).isEqualTo("truetruefalsefalse");
        assertThat(inj(flags, "SELEC")).isEqualTo("falsefalsefalsefalse");
        assertThat(inj("inj.resultset.server_status % 4", "DO 1")).isEqualTo("3");
        assertThat(inj(flags, "ROLLBACK")).isEqualTo("falsetruefalsefalse");
    }

    @Test
    @DisplayName("5 what was not kept cannot be read")
    void notKept() {
        for (String field : List.of("rows", "fields", "raw")) {
            Output output = Output.of(proxy);
            client.query("stream inj.resultset." + field + " FOR SELECT 1").ok();
            output.containing("stream: ", ".resultset." + field + " isn't available if 'resultset_is_needed ~= true'");
        }
        Output output = Output.of(proxy);
        client.query("stream inj.resultset.row_count FOR SELECT 1").ok();
        // bare, or as a line of the log once some script has loaded chassis
        output.regex("stream: 1$");
    }

    // --- 6. proxy.connection and friends -----------------------------------------------------------------------------

    @Test
    @DisplayName("6 proxy.connection")
    void connection() {
        assertThat(lua("proxy.connection.backend_ndx")).isEqualTo("1");
        assertThat(lua("proxy.connection.nonsense")).isEqualTo("nil");
        for (String old : List.of("default_db", "thread_id", "mysqld_version")) {
            assertThat(raised("proxy.connection." + old)).contains("proxy.connection." + old + " is deprecated, use ");
        }
        assertThat(raised("(function() proxy.connection.nonsense = 1 end)()"))
                .contains("proxy.connection.nonsense is not writable");
        assertThat(raised("(function() proxy.connection.backend_ndx = 'x' end)()"))
                .contains("bad argument");
        assertThat(raised("(function() proxy.connection.connection_close = 'x' end)()"))
                .contains("bad argument #3");
    }

    @Test
    @DisplayName("6 connection_close: the end, behind the next result")
    void connectionClose() {
        try (RawClient own = Scripts.login(proxy)) {
            assertThat(own.query("do proxy.connection.connection_close = true"
                                    + " proxy.response = {type = 255, errmsg = 'last'}" + SEND)
                            .errorText())
                    .contains("last");
            own.wire().readToEnd();
        }
    }

    @Test
    @DisplayName("6 the two sockets")
    void sockets() {
        long thread = client.greeting().threadId();
        assertThat(lua("proxy.connection.client.username")).isEqualTo("app");
        assertThat(lua("proxy.connection.client.default_db .. proxy.connection.server.default_db"))
                .isEqualTo("testtest");
        assertThat(lua("proxy.connection.server.thread_id")).isEqualTo("" + thread);
        assertThat(lua("proxy.connection.client.thread_id")).isEqualTo("" + thread);
        assertThat(Integer.parseInt(lua("proxy.connection.server.mysqld_version")))
                .isBetween(50000, 199999);
        assertThat(Integer.parseInt(lua("#proxy.connection.server.scramble_buffer")))
                .isBetween(20, 21);
        assertThat(lua("proxy.connection.client.auth_plugin_name")).isNotBlank();
        assertThat(lua("tostring(proxy.connection.client.tls) .. tostring(proxy.connection.server.tls)"))
                .isEqualTo("falsefalse");
        assertThat(lua("proxy.connection.server.is_fresh")).isEqualTo("true");
        assertThat(raised("proxy.connection.client.address"))
                .contains(".address is deprecated. Use .src.name or .dst.name instead");
        Output output = Output.of(proxy);
        assertThat(lua("proxy.connection.client.nonsense")).isEqualTo("nil");
        output.containing("(critical)");
    }

    @Test
    @DisplayName("6 addresses")
    void addresses() {
        String dst = "proxy.connection.server.dst";
        assertThat(lua(dst + ".name")).isEqualTo(server.host() + ":" + server.port());
        assertThat(lua(dst + ".address .. ' ' .. " + dst + ".port .. ' ' .. " + dst + ".type"))
                .isEqualTo(server.host() + " " + server.port() + " 2");
        assertThat(lua(dst + ".nonsense")).isEqualTo("nil");
        assertThat(lua("proxy.connection.client.dst.port")).isEqualTo("" + proxy.port());
        assertThat(lua("proxy.connection.client.src.name")).startsWith("127.0.0.1:");
        assertThat(lua("proxy.connection.server.src.name")).startsWith("127.0.0.1:");
        client.query("lua (function() " + dst + ".port = 1 end)()");
        assertThat(lua(dst + ".port")).isEqualTo("" + server.port());
    }

    @Test
    @DisplayName("6 backends")
    void backends() {
        String backend = "proxy.global.backends[1]";
        assertThat(lua("#proxy.global.backends")).isEqualTo("1");
        assertThat(lua("tostring(proxy.global.backends[0]) .. tostring(proxy.global.backends[2])"))
                .isEqualTo("nilnil");
        assertThat(raised("proxy.global.backends.x")).contains("bad argument");
        assertThat(lua(backend + ".dst.name")).isEqualTo(server.host() + ":" + server.port());
        assertThat(lua(backend + ".connected_clients")).isEqualTo("1");
        assertThat(lua(backend + ".state == proxy.BACKEND_STATE_UP")).isEqualTo("true");
        assertThat(lua(backend + ".type == proxy.BACKEND_TYPE_RW")).isEqualTo("true");
        assertThat(lua(backend + ".address")).isEqualTo("nil");
        assertThat(chunk(backend + ".uuid = 'abc' local was = " + backend + ".uuid " + backend
                        + ".uuid = nil return was .. tostring(" + backend + ".uuid)"))
                .isEqualTo("abcnil");
        assertThat(raised("(function() " + backend + ".uuid = 1 end)()")).contains("uuid has to be a string");
        assertThat(raised("(function() " + backend + ".connected_clients = 1 end)()"))
                .contains("connected_clients is not writable");
        assertThat(chunk(backend + ".state = proxy.BACKEND_STATE_UNKNOWN local s = " + backend + ".state " + backend
                        + ".state = proxy.BACKEND_STATE_UP return s .. " + backend + ".state"))
                .isEqualTo("01");
    }

    @Test
    @DisplayName("6 pools")
    void pools() {
        String pool = "proxy.global.backends[1].pool";
        assertThat(lua(pool + ".min_idle_connections .. " + pool + ".max_idle_connections"))
                .isEqualTo("00");
        assertThat(chunk(pool + ".max_idle_connections = 7 local max = " + pool + ".max_idle_connections " + pool
                        + ".max_idle_connections = 0 return max"))
                .isEqualTo("7");
        assertThat(lua(pool + ".users['app'].cur_idle_connections .. " + pool + ".users[''].cur_idle_connections"))
                .isEqualTo("00");
        assertThat(raised("(function() " + pool + ".nonsense = 1 end)()")).contains("nonsense is not writable");
    }

    // --- 7. constants ------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("7 constants")
    void constants() {
        for (String line : Constants.ALL) {
            String[] words = line.split(" ");
            assertThat(lua("proxy." + words[0])).as(words[0]).isEqualTo(words[1]);
        }
        assertThat(Integer.parseInt(lua("proxy.PROXY_VERSION"))).isGreaterThanOrEqualTo(0x00805);
        assertThat(lua("proxy.NONSENSE")).isEqualTo("nil");
    }

    // --- 8. modules --------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("8 modules, by their names and by the short ones")
    void modules() {
        for (String[] names : new String[][] {
            {"chassis", "chassis"},
            {"glib2", "glib2"},
            {"posix", "posix"},
            {"lfs", "lfs"},
            {"lpeg", "lpeg"},
            {"mysql.proto", "proto"},
            {"mysql.tokenizer", "tokenizer"},
            {"mysql.password", "password"}
        }) {
            assertThat(lua("require('" + names[0] + "') == " + names[1] + " and package.loaded['" + names[1] + "'] == "
                            + names[1]))
                    .as(names[0])
                    .isEqualTo("true");
        }
        for (String name : List.of("auto-config", "balance", "commands", "parser", "tokenizer", "test")) {
            assertThat(lua("type(require('proxy." + name + "'))")).as(name).isEqualTo("table");
        }
        assertThat(lua("require('glib2').md5('a')")).isEqualTo("0cc175b9c0f1b6a831c399e269772661");
        assertThat(lua("require('posix').getpid()")).matches("\\d+");
        assertThat(lua("#require('mysql.password').hash('secret')")).isEqualTo("20");
        assertThat(raised("require('no.such.module')")).contains("module 'no.such.module' not found");
        assertThat(lua("_VERSION")).isEqualTo("Lua 5.1");
    }
}
