package dev.mysqlproxy.plugin.lua.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.lib.Libraries;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.ScriptStopped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Files, processes and the sandbox, as far as other Luas cannot be asked. */
class OutsideWorldTest {

    private static final String KEYS =
            "local n = {} for k in pairs((...)) do n[#n + 1] = k end table.sort(n) " + "return table.concat(n, ' ')";
    private static final int COLLECTIONS = 500;

    private static Varargs run(LuaState state, String source, LuaValue... args) {
        byte[] bytes = source.getBytes(StandardCharsets.ISO_8859_1);
        return state.run(state.load(bytes, "=test", state.globals()), LuaValue.varargsOf(args));
    }

    private static LuaState sandbox() {
        LuaState state = new LuaState();
        state.sandboxed(true);
        Libraries.install(state);
        return state;
    }

    private static LuaValue global(LuaState state, String name) {
        return state.globals().rawget(LuaString.valueOf(name));
    }

    @Test
    void sandboxedScriptsHaveAClockAndStandardOutput() {
        LuaState state = sandbox();
        assertThat(run(state, KEYS, global(state, "os")).tojstring()).isEqualTo("clock date difftime getenv time");
        assertThat(run(state, KEYS, global(state, "io")).tojstring()).isEqualTo("write");
        assertThat(run(state, "return os.getenv('PATH')").arg1().isnil()).isTrue();
    }

    @Test
    void sandboxedScriptsWriteToTheStatesOutput() {
        LuaState state = sandbox();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.out(new PrintStream(bytes, true, StandardCharsets.ISO_8859_1));
        run(state, "io.write('a', 1.5, '\\255')");
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).isEqualTo("a1.5\u00ff");
    }

    @Test
    void scriptsCannotEndTheProcess() {
        assertThatThrownBy(() -> run(Libraries.newState(), "os.exit(1)"))
                .hasMessageContaining("os.exit is not available in a proxy");
    }

    @Test
    void aCommandThatTakesTooLongIsStopped() {
        for (String source : new String[] {
            "os.execute('exec sleep 1000')",
            "io.popen('exec sleep 1000'):read('*a')",
            "io.popen('exec sleep 1000', 'w'):close()",
            "local p = io.popen('exec sleep 1000', 'w') p:write(('x'):rep(1000000))"
        }) {
            LuaState state = Libraries.newState();
            state.begin(50_000, Long.MAX_VALUE, Long.MAX_VALUE);
            assertThatThrownBy(() -> run(state, "pcall(function() " + source + " end)"))
                    .as(source)
                    .isInstanceOf(ScriptStopped.class);
        }
        assertThat(ProcessHandle.current()
                        .children()
                        .filter(ProcessHandle::isAlive)
                        .filter(child -> child.info().commandLine().orElse("").contains("sleep 1000")))
                .isEmpty();
    }

    @Test
    void readingWithoutEndIsStopped() {
        LuaState state = Libraries.newState();
        state.begin(Long.MAX_VALUE, Long.MAX_VALUE, 1 << 20);
        assertThatThrownBy(() -> run(state, "return #io.open('/dev/zero'):read('*a')"))
                .isInstanceOf(ScriptStopped.class);
    }

    @Test
    void forgottenFilesAreClosedAndHaveWhatWasWritten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("forgotten.txt");
        LuaState state = Libraries.newState();
        run(state, "io.open(..., 'w'):write('kept')", LuaString.valueOf(file.toString()));
        assertThat(file).hasContent("kept");
        int collections = 0;
        while (isOpen(file) && collections < COLLECTIONS) {
            System.gc();
            collections++;
        }
        assertThat(isOpen(file)).isFalse();
    }

    private static boolean isOpen(Path file) throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return false;
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.anyMatch(descriptor -> {
                try {
                    return Files.readSymbolicLink(descriptor).equals(file);
                } catch (IOException e) {
                    return false; // the descriptor of this listing, closed by now
                }
            });
        }
    }

    @Test
    void temporaryNamesAreTheOwnersAlone() throws IOException {
        Path file = Path.of(run(Libraries.newState(), "return os.tmpname()").tojstring());
        try {
            assertThat(Files.getPosixFilePermissions(file))
                    .extracting(Enum::name)
                    .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
        } finally {
            Files.delete(file);
        }
    }
}
