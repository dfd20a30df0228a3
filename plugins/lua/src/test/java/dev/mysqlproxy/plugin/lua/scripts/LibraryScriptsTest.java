package dev.mysqlproxy.plugin.lua.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.plugin.lua.lib.Libraries;
import dev.mysqlproxy.plugin.lua.module.FakeHost;
import dev.mysqlproxy.plugin.lua.module.Modules;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** The scripts and modules that come with the proxy: their own tests, on our Lua and with our tokenizer. */
class LibraryScriptsTest {

    private static final Path TESTS = Path.of("src/test/lua").toAbsolutePath();
    private static final Path SCRIPTS =
            Path.of("../../distribution/src/main/lua").toAbsolutePath().normalize();

    @Test
    void theirTestsPass() throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        LuaState state = Libraries.newState();
        Modules.install(state, new FakeHost());
        state.out(new PrintStream(printed, true, StandardCharsets.ISO_8859_1));
        state.globals().rawset("TESTS", LuaString.valueOf(TESTS.toString()));
        state.globals().rawset("SCRIPTS", LuaString.valueOf(SCRIPTS.toString()));
        Path suite = TESTS.resolve("suite.lua");

        LuaValue exitCode = state.run(
                        state.load(Files.readAllBytes(suite), "@" + suite, state.globals()), LuaValue.NONE)
                .arg1();

        String report = printed.toString(StandardCharsets.ISO_8859_1);
        assertThat(exitCode.toint()).as(report).isZero();
        assertThat(report).startsWith("100.00%,").doesNotContain(" 0 passed");
    }
}
