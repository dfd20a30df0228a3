package dev.mysqlproxy.plugin.lua.module.proto;

import static dev.mysqlproxy.plugin.lua.module.ModuleBench.call;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.string;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.table;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.module.ModuleBench;
import dev.mysqlproxy.plugin.lua.module.Strings;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Packets as the protocol's manual has them. */
class ProtoModuleTest {

    private static final String GREETING = "0a 352e352e322d6d32 00 0b000000 64764840492d4342 00 fff7 08 0200 0000 00"
            + " 00000000000000000000 4a7c5d2a5e6f3a2b4c213f41 00";
    private static final String PLUGIN_GREETING = "0a 382e302e3336 00 1a000000 3132333435363738 00 ffff ff 0200 ffdf 15"
            + " 00000000000000000000 393031323334353637383930 00 6d7973716c5f6e61746976655f70617373776f7264 00";
    private static final String LOGIN = "8da20900 00000001 08 0000000000000000000000000000000000000000000000"
            + " 726f6f74 00 03 010203 74657374 00 6d7973716c5f6e61746976655f70617373776f7264 00";

    private final LuaTable proto = new ModuleBench().load("mysql.proto");

    @Test
    void errWithAndWithoutState() {
        assertThat(show("from_err_packet", "ff 4804 23 484b303030 4e6f"))
                .isEqualTo("{errcode=1096, errmsg=No, sqlstate=HK000}");
        assertThat(show("from_err_packet", "ff 1004 546f6f206d616e79")).isEqualTo("{errcode=1040, errmsg=Too many}");
        assertThat(show("from_err_packet", "ff 1004")).isEqualTo("{errcode=1040}");
        assertThat(hex("to_err_packet", table("errcode", 1096, "errmsg", "No", "sqlstate", "HK000")))
                .isEqualTo("ff4804" + "23484b303030" + "4e6f");
        assertThat(hex("to_err_packet", table())).isEqualTo("ff5104" + "233037303030");
    }

    @Test
    void okWithLargeNumbers() {
        assertThat(show("from_ok_packet", "00 fc2c01 05 0200 0100"))
                .isEqualTo("{affected_rows=300, insert_id=5, server_status=2, warnings=1}");
        assertThat(show("from_ok_packet", "00 fefffffffffffffffe 00 0000 0000"))
                .startsWith("{affected_rows=18374686479671623680,");
        assertThat(hex("to_ok_packet", table("affected_rows", 300, "insert_id", 5, "server_status", 2, "warnings", 1)))
                .isEqualTo("00fc2c010502000100");
        assertThat(hex("to_ok_packet", table("insert_id", 0x1p63))).isEqualTo("0000fe000000000000008000000000");
        assertThat(hex("to_ok_packet", table())).isEqualTo("00000000000000");
    }

    @Test
    void okWithSessionState() {
        String packet = "00 00 00 0240 0000 00 11 00 0f 0a 6175746f636f6d6d6974 03 4f4646";
        LuaTable fields = from("from_ok_packet", packet);
        LuaTable change = (LuaTable) fields.rawget("session_track").rawget(1);

        assertThat(show(change)).isEqualTo("{name=autocommit, type=0, value=OFF}");
        assertThat(hex("to_ok_packet", fields)).isEqualTo(packet.replace(" ", ""));
        String stateChanged = "00 00 00 0240 0000 00 03 02 01 31";
        fields = from("from_ok_packet", stateChanged);
        assertThat(show(fields.rawget("session_track").rawget(1))).isEqualTo("{type=2, value=1}");
        assertThat(hex("to_ok_packet", fields)).isEqualTo(stateChanged.replace(" ", ""));
        assertThat(show("from_ok_packet", "00 00 00 0240 0000 00 11 00 0f"))
                .isEqualTo("{affected_rows=0, insert_id=0, server_status=16386, warnings=0}");
        assertThat(show("from_ok_packet", "fe 00 00 0200 0000 6869"))
                .isEqualTo("{affected_rows=0, info=hi, insert_id=0, server_status=2, warnings=0}");
        assertThat(show("from_ok_packet", "00 00 00 0200 0000 02 6869", LuaValue.valueOf(0x800000)))
                .isEqualTo("{affected_rows=0, info=hi, insert_id=0, server_status=2, warnings=0}");
    }

    @Test
    void eof() {
        assertThat(show("from_eof_packet", "fe 0100 0200")).isEqualTo("{server_status=2, warnings=1}");
        assertThat(show("from_eof_packet", "fe")).isEqualTo("{server_status=0, warnings=0}");
        assertThat(hex("to_eof_packet", table("server_status", 2, "warnings", 1)))
                .isEqualTo("fe01000200");
    }

    @Test
    void challengeOfOldAndNewServers() {
        assertThat(show("from_challenge_packet", GREETING))
                .isEqualTo("{capabilities=63487, challenge=dvH@I-CBJ|]*^o:+L!?A, charset=8, protocol_version=0,"
                        + " server_status=2, server_version=50502, server_version_text=5.5.2-m2, thread_id=11}");
        assertThat(show("from_challenge_packet", PLUGIN_GREETING))
                .isEqualTo("{auth_plugin_name=mysql_native_password, capabilities=3758096383,"
                        + " challenge=12345678901234567890\0, charset=255, protocol_version=0, server_status=2,"
                        + " server_version=80036, server_version_text=8.0.36, thread_id=26}");
        for (String greeting : new String[] {GREETING, PLUGIN_GREETING}) {
            assertThat(hex("to_challenge_packet", from("from_challenge_packet", greeting)))
                    .isEqualTo(greeting.replace(" ", ""));
        }
    }

    @Test
    void challengeHasDefaults() {
        assertThat(hex("to_challenge_packet", table()))
                .isEqualTo("0a352e302e393900" + "00000000" + "3031323334353637" + "00" + "0082" + "00" + "0000" + "0000"
                        + "00" + "00000000000000000000" + "383930313233343536373839" + "00");
        assertThat(show((LuaTable) run("from_challenge_packet", run("to_challenge_packet", table()))))
                .contains("server_version=50099");
    }

    @ParameterizedTest
    @CsvSource({"30001, 3.00.01", "50034, 5.00.34", "99999, 9.99.99", "30000, 5.0.99", "100000, 5.0.99", "0, 5.0.99"})
    void versionsWithinTheRangeAreWritten(int number, String text) {
        LuaTable fields =
                (LuaTable) run("from_challenge_packet", run("to_challenge_packet", table("server_version", number)));
        assertThat(text(fields.rawget("server_version_text"))).isEqualTo(text);
    }

    @Test
    void theVersionNumberWinsOverAnotherText() {
        LuaTable fields = from("from_challenge_packet", GREETING);
        fields.rawset("server_version", LuaValue.valueOf(50707));
        LuaTable again = (LuaTable) run("from_challenge_packet", run("to_challenge_packet", fields));
        assertThat(again.rawget("server_version").toint()).isEqualTo(50707);
    }

    @Test
    void loginByTheFlagsThatBothSidesHave() {
        assertThat(show("from_response_packet", LOGIN, LuaValue.valueOf(0x9_8208)))
                .isEqualTo("{auth_plugin_name=mysql_native_password, capabilities=631437, charset=8, database=test,"
                        + " max_packet_size=16777216, response=\1\2\3, server_capabilities=623112, username=root}");
        assertThat(show("from_response_packet", LOGIN, LuaValue.valueOf(0x8200)))
                .doesNotContain("database", "auth_plugin_name");
        LuaTable fields = from("from_response_packet", LOGIN, LuaValue.valueOf(0x9_8208));
        assertThat(hex("to_response_packet", fields)).isEqualTo(LOGIN.replace(" ", ""));
    }

    @Test
    void loginWithAttributes() {
        LuaTable fields = table(
                "server_capabilities",
                0x30_8200,
                "capabilities",
                0x30_8200,
                "username",
                "u",
                "response",
                "rr",
                "attributes",
                table("_os", "Linux", "_pid", "7"));
        LuaTable again =
                (LuaTable) run("from_response_packet", run("to_response_packet", fields), LuaValue.valueOf(0x30_8200));
        assertThat(show((LuaTable) again.rawget("attributes"))).isEqualTo("{_os=Linux, _pid=7}");
        assertThat(text(again.rawget("response"))).isEqualTo("rr");
    }

    @Test
    void loginFromBefore41() {
        assertThat(show("from_response_packet", "8424 000001 6f6c64 00 475350515841", LuaValue.valueOf(0)))
                .isEqualTo("{capabilities=9348, charset=0, max_packet_size=65536, response=GSPQXA,"
                        + " server_capabilities=0, username=old}");
    }

    @Test
    void loginNeedsToKnowTheServer() {
        assertThatThrownBy(() -> run("to_response_packet", table()))
                .hasMessageContaining(".server_capabilities has to be set");
        assertThatThrownBy(() -> run("to_response_packet", table("server_capabilities", "x")))
                .hasMessageContaining(".server_capabilities has to be a number");
        assertThatThrownBy(() -> run("from_response_packet", string("x"))).isInstanceOf(LuaError.class);
        assertThatThrownBy(() -> run("to_challenge_packet", table("challenge", "1234567")))
                .isInstanceOf(LuaError.class);
    }

    @Test
    void statements() {
        assertThat(show("from_stmt_prepare_packet", "16 53454c 45")).isEqualTo("{stmt_text=SELE}");
        assertThat(show("from_stmt_prepare_ok_packet", "00 01000000 0100 0200 00 0300"))
                .isEqualTo("{num_columns=1, num_params=2, stmt_id=1, warnings=3}");
        assertThat(show("from_stmt_close_packet", "19 010000ff")).isEqualTo("{stmt_id=4278190081}");
        assertThat(hex("to_stmt_close_packet", table("stmt_id", 513))).isEqualTo("1901020000");
        assertThat(hex("to_stmt_prepare_packet", table("stmt_text", "DO ?"))).isEqualTo("16444f203f");
        assertThat(run("stmt_id_from_stmt_execute_packet", bytes("17 05000000 00"))
                        .toint())
                .isEqualTo(5);
    }

    @Test
    void executeWithoutParameters() {
        assertThat(show("from_stmt_execute_packet", "17 01000000 00 01000000", LuaValue.valueOf(0)))
                .isEqualTo("{flags=0, iteration_count=1, new_params_bound=false, stmt_id=1}");
        assertThat(show("from_stmt_execute_packet", "17 01000000 00 01000000 00 00", LuaValue.valueOf(1)))
                .isEqualTo("{flags=0, iteration_count=1, new_params_bound=false, stmt_id=1}");
    }

    @ParameterizedTest
    @CsvSource({
        "0100, ff, -1",
        "0180, ff, 255",
        "0200, feff, -2",
        "0280, feff, 65534",
        "0300, 00000080, -2147483648",
        "0380, 00000080, 2147483648",
        "0900, 01000000, 1",
        "0800, ffffffffffffffff, -1",
        "0d00, e607, 2022",
        "0400, 0000c03f, 1.5",
        "0500, 000000000000f03f, 1",
        "fe00, 03666f6f, foo",
        "fc00, 0100, '\0'",
        "f600, 03312e35, 1.5",
        "0a00, 04da070a11, 2010-10-17",
        "0a00, 00, 0000-00-00",
        "0c00, 04da070a11, 2010-10-17 00:00:00.000000000",
        "0c00, 07da070a11131b1e, 2010-10-17 19:27:30.000000000",
        "0700, 0bda070a11131b1e01000000, 2010-10-17 19:27:30.000001000",
        "0b00, 0c0178000000131b1e01000000, -120 19:27:30.000001000",
        "0b00, 080078000000131b1e, 120 19:27:30.000000000",
        "0b00, 00, 0 00:00:00.000000000",
    })
    void executeWithAParameter(String type, String value, String expected) {
        String packet = "17 01000000 00 01000000 00 01 " + type + value;
        LuaTable fields = from("from_stmt_execute_packet", packet, LuaValue.valueOf(1));
        LuaTable parameter = (LuaTable) fields.rawget("params").rawget(1);

        assertThat(show(parameter.rawget("value"))).isEqualTo(expected);
        assertThat(parameter.rawget("type").toint()).isEqualTo(Integer.parseInt(type.substring(0, 2), 16));
        assertThat(fields.rawget("new_params_bound")).isEqualTo(LuaValue.TRUE);
        String cut = packet.substring(0, packet.length() - 2);
        assertThatThrownBy(() -> from("from_stmt_execute_packet", cut, LuaValue.valueOf(1)))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("network_mysqld_proto_get_stmt_execute_packet() failed");
    }

    @Test
    void executeWithNullsAndAttributes() {
        LuaTable fields = from(
                "from_stmt_execute_packet", "17 01000000 00 01000000 02 01 0300 fe00 07000000", LuaValue.valueOf(2));
        assertThat(show((LuaTable) fields.rawget("params").rawget(1))).isEqualTo("{type=3, value=7}");
        assertThat(show((LuaTable) fields.rawget("params").rawget(2))).isEqualTo("{type=254}");

        fields = from(
                "from_stmt_execute_packet", "17 01000000 08 01000000 01 00 01 fe00 01 6b 01 76", LuaValue.valueOf(0));
        assertThat(show((LuaTable) fields.rawget("params").rawget(1))).isEqualTo("{name=k, type=254, value=v}");
        assertThatThrownBy(() ->
                        from("from_stmt_execute_packet", "17 01000000 00 01000000 00 01 1400 01", LuaValue.valueOf(1)))
                .hasMessageContaining("can't decode type 20 yet");
    }

    @Test
    void authSwitchAndColumn() {
        String packet = "fe 61 00 3132";
        assertThat(show("from_auth_switch_packet", packet)).isEqualTo("{auth_plugin_data=12, auth_plugin_name=a}");
        assertThat(hex("to_auth_switch_packet", from("from_auth_switch_packet", packet)))
                .isEqualTo("fe61003132");
        assertThat(show("from_auth_switch_packet", "fe")).isEqualTo("{}");
        assertThat(hex("to_auth_switch_packet", table())).isEqualTo("fe");
        String column = "03 646566 00 01 74 00 01 61 00 0c 3f00 01000000 08 8100 00 0000";
        assertThat(show("from_column_packet", column))
                .isEqualTo("{catalog=def, charset=63, decimals=0, flags=129, length=1, name=a, table=t, type=8}");
        assertThat(hex("to_column_packet", from("from_column_packet", column))).isEqualTo(column.replace(" ", ""));
    }

    @Test
    void masterInfo() {
        String old = "14\nlog.1\n98\nhost\nuser\n\n3306\n60\n0\n\n\n\n\n\n";
        assertThat(show((LuaTable) run("from_masterinfo_string", string(old))))
                .isEqualTo("{master_connect_retry=60, master_host=host, master_lines=14, master_log_file=log.1,"
                        + " master_log_pos=98, master_port=3306, master_ssl=0, master_user=user}");
        String newer = "18\nlog.1\n98\nhost\nuser\npw\n3306\n60\n1\nca\npath\ncert\ncipher\nkey\n1\n30.0\n\n0\n";
        assertThat(show((LuaTable) run("from_masterinfo_string", string(newer))))
                .contains("master_ssl_verify_server_cert=1", "master_ssl_key=key", "master_password=pw");
        for (String file : new String[] {old, newer}) {
            LuaValue fields = run("from_masterinfo_string", string(file));
            assertThat(text(run("to_masterinfo_string", fields))).isEqualTo(file);
        }
        String huge = "9999999999999999999999\n";
        for (String wrong : List.of("", "x", "14", "13\n", "-1\n", "14\nlog.1\nx\n", huge)) {
            assertThatThrownBy(() -> run("from_masterinfo_string", string(wrong)))
                    .isInstanceOf(LuaError.class)
                    .hasMessageContaining("failed");
        }
    }

    private LuaValue run(String function, LuaValue... args) {
        Varargs result = call(proto, function, args);
        return result.arg1();
    }

    private LuaTable from(String function, String hex, LuaValue... more) {
        LuaValue[] args = new LuaValue[more.length + 1];
        args[0] = bytes(hex);
        System.arraycopy(more, 0, args, 1, more.length);
        return (LuaTable) run(function, args);
    }

    private static LuaValue bytes(String hex) {
        return string(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private String hex(String function, LuaTable fields) {
        return HexFormat.of().formatHex(Strings.bytes(run(function, fields).strvalue()));
    }

    private String show(String function, String hex, LuaValue... more) {
        return show(from(function, hex, more));
    }

    /** A table with its keys sorted. */
    private static String show(LuaTable table) {
        Map<String, String> fields = new TreeMap<>();
        for (LuaValue key : table.keys()) {
            fields.put(text(key), show(table.rawget(key)));
        }
        return fields.toString();
    }

    private static String show(LuaValue value) {
        if (value instanceof LuaTable inner) {
            return show(inner);
        }
        return value.isboolean() ? "" + value.toboolean() : number(value);
    }

    private static String number(LuaValue value) {
        if (value.type() != LuaValue.TNUMBER) {
            return text(value);
        }
        double number = value.todouble();
        return number == Math.rint(number) ? new BigDecimal(number).toPlainString() : "" + number;
    }
}
