package dev.mysqlproxy.plugin.lua.module.lpeg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.plugin.lua.lib.Libraries;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Chunks of Lua whose results the real LPeg 1.0.2 wrote down; generate.lua among the resources tells how. */
class LpegCasesTest {

    private final LuaState state = Libraries.newState();
    private LuaValue harness;

    @BeforeEach
    void loadHarness() throws IOException {
        Lpeg.loader(state).invoke(LuaString.valueOf("lpeg"));
        harness = state.run(state.load(resource("harness.lua"), "=harness", state.globals()), LuaValue.NONE)
                .arg1();
    }

    @Test
    void cases() throws IOException {
        assertSame("cases.txt", 500);
    }

    @Test
    void randomPatterns() throws IOException {
        assertSame("random.txt", 2000);
    }

    private void assertSame(String file, int atLeast) throws IOException {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        String source = "";
        for (String line : latin1(resource(file)).split("\n")) {
            if (line.startsWith("? ")) {
                source = line;
            } else if (line.startsWith("= ")) {
                expected.add(source + "\n" + line);
                actual.add(source + "\n= " + answer(source.substring(2)));
            }
        }
        assertThat(expected).hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(actual).containsExactlyElementsOf(expected);
    }

    private String answer(String source) {
        LuaString chunk = LuaString.valueUsing(source.getBytes(StandardCharsets.ISO_8859_1));
        LuaString answer = (LuaString) state.run(harness, chunk).arg1();
        byte[] bytes = new byte[answer.m_length];
        answer.copyInto(0, bytes, 0, bytes.length);
        return latin1(bytes);
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = LpegCasesTest.class.getResourceAsStream("/lpeg/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
