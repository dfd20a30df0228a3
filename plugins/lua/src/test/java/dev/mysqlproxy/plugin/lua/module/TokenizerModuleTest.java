package dev.mysqlproxy.plugin.lua.module;

import static dev.mysqlproxy.plugin.lua.module.ModuleBench.call;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.meta;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.string;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.sql.Normalizer;
import dev.mysqlproxy.protocol.sql.Token;
import dev.mysqlproxy.protocol.sql.TokenKind;
import dev.mysqlproxy.protocol.sql.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

class TokenizerModuleTest {

    private final ModuleBench bench = new ModuleBench();
    private final LuaTable tokenizer = bench.load("mysql.tokenizer");

    static List<StatementExample> examples() {
        return StatementExample.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void tokensAndNormalisedTextAreThoseWrittenDown(StatementExample example) {
        LuaValue tokens = tokenize(example.sql());
        List<String> shown = new ArrayList<>();
        for (int i = 1; i <= size(tokens); i++) {
            String name = text(field(tokens, i, "token_name"));
            assertThat(name).startsWith("TK_");
            shown.add(name.substring("TK_".length()) + "{" + text(field(tokens, i, "text")) + "}");
        }

        assertThat(String.join(" ", shown)).isEqualTo(example.tokens());
        assertThat(text(call(tokenizer, "normalize", tokens).arg1())).isEqualTo(example.normalised());
    }

    @Test
    void isAGlobalUnderItsShortNameToo() {
        assertThat(bench.state.globals().rawget("tokenizer")).isSameAs(tokenizer);
        assertThat(bench.state.loaded().rawget("tokenizer")).isSameAs(tokenizer);
        for (String name : List.of("_VERSION", "_DESCRIPTION", "_COPYRIGHT")) {
            assertThat(text(tokenizer.rawget(name))).isNotEmpty();
        }
    }

    @Test
    void addsToATableThatHasTheGlobalAlready() {
        ModuleBench other = new ModuleBench();
        LuaTable mine = new PucTable();
        other.state.globals().rawset("tokenizer", mine);
        assertThat(other.load("mysql.tokenizer")).isSameAs(mine);

        other = new ModuleBench();
        other.state.globals().rawset("tokenizer", string("mine"));
        ModuleBench taken = other;
        assertThatThrownBy(() -> taken.load("mysql.tokenizer"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("name conflict for module 'tokenizer'");
    }

    @Test
    void bytesOfAnyCharacterSetAreKept() {
        LuaValue tokens = tokenize("caf\u00c3\u00a9 `\u00c3\u00a9`");

        assertThat(size(tokens)).isEqualTo(4);
        assertThat(text(field(tokens, 2, "text"))).isEqualTo("\u00c3");
        assertThat(text(field(tokens, 2, "token_name"))).isEqualTo("TK_UNKNOWN");
        assertThat(text(field(tokens, 4, "text"))).isEqualTo("\u00c3\u00a9");
        assertThat(text(call(tokenizer, "normalize", tokens).arg1())).isEqualTo("`caf` \u00c3 \u00a9 `\u00c3\u00a9` ");
    }

    @Test
    void tokensTellNameNumberTextAndQuotes() {
        LuaValue tokens = tokenize("SELECT `it``s`");

        assertThat(field(tokens, 1, "token_id").toint()).isEqualTo(204);
        assertThat(text(field(tokens, 1, "token_name"))).isEqualTo("TK_SQL_SELECT");
        assertThat(field(tokens, 1, "quoted")).isEqualTo(LuaValue.FALSE);
        assertThat(field(tokens, 2, "quoted")).isEqualTo(LuaValue.TRUE);
        assertThat(text(field(tokens, 2, "text"))).isEqualTo("it`s");
        assertThatThrownBy(() -> field(tokens, 1, "txt"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("tokens[...] has no txt field");
    }

    @Test
    void oneTokenCanBeTakenOutOfItsPlace() {
        LuaValue tokens = tokenize("a 1 c");
        LuaValue second = meta(tokens, "__index", LuaValue.valueOf(2)).arg1();

        meta(tokens, "__newindex", LuaValue.valueOf(2), LuaValue.NIL);
        meta(tokens, "__newindex", LuaValue.valueOf(99), LuaValue.NIL);

        assertThat(size(tokens)).isEqualTo(3);
        assertThat(meta(tokens, "__index", LuaValue.valueOf(2)).arg1()).isEqualTo(LuaValue.NIL);
        assertThat(text(meta(second, "__index", string("text")).arg1())).isEqualTo("1");
        assertThat(text(call(tokenizer, "normalize", tokens).arg1())).isEqualTo("`a` `c` ");
        assertThatThrownBy(() -> meta(tokens, "__newindex", LuaValue.valueOf(1), string("x")))
                .isInstanceOfSatisfying(
                        BadArgument.class, e -> assertThat(e.position()).isEqualTo(3));
    }

    @Test
    void outsideOfTheListThereIsNothing() {
        LuaValue tokens = tokenize("a");
        for (double index : new double[] {0, -1, 2, 1e18, -1e18, Double.NaN}) {
            assertThat(meta(tokens, "__index", LuaValue.valueOf(index)).arg1())
                    .as("[%s]", index)
                    .isEqualTo(LuaValue.NIL);
        }
        assertThatThrownBy(() -> meta(tokens, "__index", string("x")))
                .isInstanceOfSatisfying(
                        BadArgument.class, e -> assertThat(e.problem()).isEqualTo("number expected, got string"));
    }

    @Test
    void takesNumbersButNoOtherTypes() {
        assertThat(size(call(tokenizer, "tokenize", LuaValue.valueOf(12)).arg1()))
                .isEqualTo(1);
        assertThatThrownBy(() -> call(tokenizer, "tokenize", LuaValue.NIL))
                .isInstanceOfSatisfying(
                        BadArgument.class, e -> assertThat(e.problem()).isEqualTo("string expected, got nil"));
        assertThatThrownBy(() -> call(tokenizer, "normalize", new PucTable())).isInstanceOf(BadArgument.class);
    }

    /** The lists of the protocol code are held against the rules in its own tests. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomBytesAreCutAsTheProtocolCodeCutsThem(long seed) {
        Random random = new Random(seed);
        String pieces = "'\"`\\-/*!#.e+5(@_ax \n\r\t$\u00e9\0<=>|&;:,^";
        for (int round = 0; round < 3_000; round++) {
            StringBuilder sql = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                sql.append(
                        random.nextInt(8) == 0
                                ? (char) random.nextInt(256)
                                : pieces.charAt(random.nextInt(pieces.length())));
            }
            assertSameTokens(sql.toString());
        }
    }

    private void assertSameTokens(String sql) {
        LuaValue tokens = tokenize(sql);
        List<Token> expected = Tokenizer.tokenize(sql.getBytes(StandardCharsets.ISO_8859_1));
        List<Token> actual = new ArrayList<>();
        for (int i = 1; i <= size(tokens); i++) {
            actual.add(Token.of(
                    TokenKind.byId(field(tokens, i, "token_id").toint()),
                    Strings.bytes(field(tokens, i, "text").strvalue()),
                    field(tokens, i, "quoted").toboolean()));
        }

        assertThat(actual).as(sql).isEqualTo(expected);
        assertThat(Strings.bytes(call(tokenizer, "normalize", tokens).arg1().strvalue()))
                .as(sql)
                .isEqualTo(Normalizer.normalize(expected));
    }

    private LuaValue tokenize(String sql) {
        return call(tokenizer, "tokenize", string(sql.getBytes(StandardCharsets.ISO_8859_1)))
                .arg1();
    }

    private static int size(LuaValue tokens) {
        return meta(tokens, "__len").arg1().toint();
    }

    private static LuaValue field(LuaValue tokens, int index, String name) {
        return meta(meta(tokens, "__index", LuaValue.valueOf(index)).arg1(), "__index", string(name))
                .arg1();
    }
}
