package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.eval;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 7: constants. */
class Paragraph_7_ConstantsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "PROXY_, SEND_QUERY 1 SEND_RESULT 2 IGNORE_RESULT 4 VERSION 2053",
        "MYSQLD_PACKET_, OK 0 ERR 255 RAW 250 EOF 254",
        "BACKEND_, STATE_UNKNOWN 0 STATE_UP 1 STATE_DOWN 2 TYPE_UNKNOWN 0 TYPE_RW 1 TYPE_RO 2",
        "COM_, SLEEP 0 QUIT 1 INIT_DB 2 QUERY 3 FIELD_LIST 4 CREATE_DB 5 DROP_DB 6 REFRESH 7 SHUTDOWN 8 STATISTICS 9",
        "COM_, PROCESS_INFO 10 CONNECT 11 PROCESS_KILL 12 DEBUG 13 PING 14 TIME 15 DELAYED_INSERT 16 CHANGE_USER 17",
        "COM_, BINLOG_DUMP 18 TABLE_DUMP 19 CONNECT_OUT 20 REGISTER_SLAVE 21 STMT_PREPARE 22 STMT_EXECUTE 23",
        "COM_, STMT_SEND_LONG_DATA 24 STMT_CLOSE 25 STMT_RESET 26 SET_OPTION 27 STMT_FETCH 28 DAEMON 29",
        "COM_, BINLOG_DUMP_GTID 30 RESET_CONNECTION 31 CLONE 32 STMT_BULK_EXECUTE 250",
        "MYSQL_TYPE_, DECIMAL 0 TINY 1 SHORT 2 LONG 3 FLOAT 4 DOUBLE 5 NULL 6 TIMESTAMP 7 LONGLONG 8 INT24 9 DATE 10",
        "MYSQL_TYPE_, TIME 11 DATETIME 12 YEAR 13 NEWDATE 14 BIT 16 NEWDECIMAL 246 ENUM 247 SET 248 TINY_BLOB 249",
        "MYSQL_TYPE_, MEDIUM_BLOB 250 LONG_BLOB 251 BLOB 252 VAR_STRING 253 STRING 254 GEOMETRY 255",
        "MYSQL_TYPE_, VARCHAR 15 TIMESTAMP2 17 DATETIME2 18 TIME2 19 TYPED_ARRAY 20 VECTOR 242 JSON 245",
    })
    void values(String prefix, String pairs) {
        ScriptHooks hooks = new Bench(folder).hooks(Bench.EVAL);
        FakeSession session = new FakeSession();
        String[] words = pairs.split(" ");
        for (int i = 0; i < words.length; i += 2) {
            String name = prefix + words[i];
            assertThat(eval(hooks, session, "return rawget(proxy, '" + name + "')"))
                    .as(name)
                    .isEqualTo(words[i + 1]);
        }
    }

    @Test
    void nothingElseUnderTheseNames() {
        assertThat(eval(new Bench(folder).hooks(Bench.EVAL), new FakeSession(), """
            local counts = {}
            for k in pairs(proxy) do
                local prefix = k:match("^[A-Z]+_") or k
                counts[prefix] = (counts[prefix] or 0) + 1
            end
            return counts.PROXY_ .. " " .. counts.MYSQLD_ .. " " .. counts.BACKEND_ .. " " .. counts.COM_ .. " "
                .. counts.MYSQL_ .. " " .. counts.global
            """))
                .isEqualTo("4 4 6 35 33 1");
    }
}
