package dev.mysqlproxy.plugin.lua.module.proto;

import static dev.mysqlproxy.plugin.lua.module.ModuleBench.string;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.plugin.lua.module.ModuleBench;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Whatever bytes and values a script passes, it gets an answer or a Lua error. */
class ProtoRobustnessTest {

    private static final List<byte[]> PACKETS = List.of(
            hex("ff4804" + "23484b303030" + "4e6f"),
            hex("000000024000000011000f0a6175746f636f6d6d6974034f4646"),
            hex("fe01000200"),
            hex("0a382e302e3336001a000000313233343536373800ffffff0200ffdf15"
                    + "000000000000000000003930313233343536373839300061"),
            hex("8da2390000000001080000000000000000000000000000000000000000000000"
                    + "726f6f740003010203746573740061000502610162"),
            hex("17010000000001000000000103000c0001000000" + "0bda070a11131b1e01000000"),
            hex("170100000008010000000100" + "01fe00016b0176"),
            hex("190100000000"),
            hex("0000000001010002000003000000"),
            hex("0364656600017400016100" + "0c3f00010000000881000000"),
            "15\nlog\n4\nh\nu\np\n1\n2\n0\n\n\n\n\n\n0\n".getBytes(StandardCharsets.US_ASCII));

    private final LuaTable proto = new ModuleBench().load("mysql.proto");
    private int answers;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void changedPackets(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 4_000; round++) {
            byte[] packet = PACKETS.get(random.nextInt(PACKETS.size())).clone();
            for (int i = random.nextInt(4); i > 0; i--) {
                int changed = random.nextInt(4) == 0 ? 0xfb + random.nextInt(5) : random.nextInt(256);
                packet[random.nextInt(packet.length)] = (byte) changed;
            }
            int length = random.nextInt(3) == 0 ? random.nextInt(packet.length + 1) : packet.length;
            offer(Arrays.copyOf(packet, length), random);
        }
        assertThat(answers).isGreaterThan(4_000);
    }

    @Test
    void everyPrefix() {
        Random random = new Random(9);
        for (byte[] packet : PACKETS) {
            for (int length = 0; length <= packet.length; length++) {
                offer(Arrays.copyOf(packet, length), random);
            }
        }
        assertThat(answers).isPositive();
    }

    @Test
    void randomBytes() {
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            offer(bytes, random);
        }
    }

    @Test
    void randomValuesInTables() {
        Random random = new Random(6);
        String[] names = ("errcode errmsg sqlstate server_status insert_id warnings affected_rows info session_track"
                        + " challenge capabilities server_version protocol_version thread_id charset auth_plugin_name"
                        + " max_packet_size username response database attributes stmt_id stmt_text more_lines"
                        + " master_lines master_host type length")
                .split(" ");
        for (int round = 0; round < 10_000; round++) {
            LuaTable fields = table();
            for (int i = random.nextInt(12); i > 0; i--) {
                fields.rawset(names[random.nextInt(names.length)], value(random));
            }
            fields.rawset("server_capabilities", LuaValue.valueOf((double) random.nextInt()));
            for (LuaValue name : proto.keys()) {
                if (ModuleBench.text(name).startsWith("to_")) {
                    run(name, fields);
                }
            }
        }
        assertThat(answers).isGreaterThan(10_000);
    }

    private void offer(byte[] bytes, Random random) {
        for (LuaValue name : proto.keys()) {
            if (ModuleBench.text(name).contains("from_")) {
                run(name, string(bytes), LuaValue.valueOf(random.nextBoolean() ? random.nextInt(4) : 0xffffff));
            }
        }
    }

    private void run(LuaValue function, LuaValue... args) {
        try {
            Varargs result = proto.rawget(function).invoke(LuaValue.varargsOf(args));
            assertThat(result.arg1().isnil()).isFalse();
            answers++;
        } catch (LuaError e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static LuaValue value(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> LuaValue.valueOf(random.nextGaussian() * 1e20);
            case 1 -> LuaValue.valueOf(Double.NaN);
            case 2 -> LuaValue.TRUE;
            case 3 -> table("a", "b", "type", 3);
            case 4 -> string(new byte[random.nextInt(300)]);
            case 5 -> table();
            case 6 -> string("1" + random.nextInt(9));
            default -> LuaValue.valueOf(random.nextInt(70_000));
        };
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
