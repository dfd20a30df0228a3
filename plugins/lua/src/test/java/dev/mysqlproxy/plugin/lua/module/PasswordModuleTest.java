package dev.mysqlproxy.plugin.lua.module;

import static dev.mysqlproxy.plugin.lua.module.ModuleBench.call;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.string;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** The hashes and scrambles written down here were computed with Python's hashlib. */
class PasswordModuleTest {

    private static final LuaString CHALLENGE = string("abcdefghijklmnopqrst");
    private static final LuaString CHALLENGE_21 = string("abcdefghijklmnopqrst\0");
    private static final LuaString SECRET = string("secret");
    private static final String HASH = "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";
    private static final String DOUBLE_HASH = "14e65567abdb5135d0cfd9a70b3032c179a49ee7";
    private static final String SCRAMBLE = "8817c50fa779daef010ee7577825b0847df9842e";
    private static final String SHA256_SCRAMBLE = "c76e2898612a4cf042c77fa8c4702c4c64c0c2c557c53c4d75595aaa6abae809";

    private final ModuleBench bench = new ModuleBench();
    private final LuaTable password = bench.load("mysql.password");

    @Test
    void hashesAreTheServers() {
        assertThat(hex(run("hash", SECRET))).isEqualTo(HASH);
        assertThat(hex(run("hash", run("hash", SECRET)))).isEqualTo(DOUBLE_HASH);
        assertThat(hex(run("hash", string("")))).isEqualTo("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }

    @Test
    void scramblesAreTheClients() {
        assertThat(hex(run("scramble", CHALLENGE, run("hash", SECRET)))).isEqualTo(SCRAMBLE);
        assertThat(hex(run("scramble", CHALLENGE_21, run("hash", SECRET)))).isEqualTo(SCRAMBLE);
        assertThat(hex(run("sha256_scramble", CHALLENGE, SECRET))).isEqualTo(SHA256_SCRAMBLE);
        assertThat(hex(run("sha256_scramble", CHALLENGE_21, SECRET))).isEqualTo(SHA256_SCRAMBLE);
        assertThat(hex(run("sha256_scramble", CHALLENGE, string("")))).isEmpty();
    }

    @Test
    void responsesGiveTheHashBack() {
        assertThat(hex(run("unscramble", CHALLENGE, bytes(SCRAMBLE), bytes(DOUBLE_HASH))))
                .isEqualTo(HASH);
    }

    @Test
    void onlyTheRightResponsePasses() {
        assertThat(run("check", CHALLENGE, bytes(SCRAMBLE), bytes(DOUBLE_HASH))).isEqualTo(LuaValue.TRUE);
        assertThat(run("check", CHALLENGE_21, bytes(SCRAMBLE), bytes(DOUBLE_HASH)))
                .isEqualTo(LuaValue.TRUE);
        assertThat(run("check", string("bbcdefghijklmnopqrst"), bytes(SCRAMBLE), bytes(DOUBLE_HASH)))
                .isEqualTo(LuaValue.FALSE);
        LuaValue doubleHash = run("sha256_hash", run("sha256_hash", SECRET));
        assertThat(run("sha256_check", CHALLENGE, bytes(SHA256_SCRAMBLE), doubleHash))
                .isEqualTo(LuaValue.TRUE);
        assertThat(run("sha256_check", CHALLENGE, doubleHash, doubleHash)).isEqualTo(LuaValue.FALSE);
        for (int bit = 0; bit < 160; bit++) {
            byte[] wrong = HexFormat.of().parseHex(SCRAMBLE);
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(run("check", CHALLENGE, string(wrong), bytes(DOUBLE_HASH)))
                    .isEqualTo(LuaValue.FALSE);
        }
    }

    @Test
    void otherLengthsAreLoggedAndGiveNothing() {
        LuaString nothing = string("");
        assertThat(text(run("scramble", string("short"), bytes(HASH)))).isEmpty();
        assertThat(text(run("scramble", CHALLENGE, SECRET))).isEmpty();
        assertThat(text(run("unscramble", CHALLENGE, nothing, bytes(DOUBLE_HASH))))
                .isEmpty();
        assertThat(run("check", CHALLENGE, bytes(SCRAMBLE), nothing)).isEqualTo(LuaValue.FALSE);
        assertThat(run("sha256_check", CHALLENGE, bytes(SCRAMBLE), bytes(DOUBLE_HASH)))
                .isEqualTo(LuaValue.FALSE);
        assertThat(text(run("sha256_scramble", nothing, SECRET))).isEmpty();

        assertThat(bench.host.lines).hasSize(6).allMatch(line -> line.startsWith("CRITICAL mysql.password: a "));
    }

    @Test
    void comparesStrings() {
        assertThat(run("equals", SECRET, string("secret"))).isEqualTo(LuaValue.TRUE);
        assertThat(run("equals", SECRET, string("secreT"))).isEqualTo(LuaValue.FALSE);
        assertThat(run("equals", SECRET, string("secrets"))).isEqualTo(LuaValue.FALSE);
    }

    private LuaValue run(String function, LuaValue... args) {
        return call(password, function, args).arg1();
    }

    private static LuaString bytes(String hex) {
        return string(HexFormat.of().parseHex(hex));
    }

    private static String hex(LuaValue value) {
        return HexFormat.of().formatHex(Strings.bytes(value.strvalue()));
    }
}
