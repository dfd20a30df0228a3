package dev.mysqlproxy.plugin.lua.module.lfs;

import static dev.mysqlproxy.plugin.lua.module.ModuleBench.call;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.string;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.module.ModuleBench;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Texts and values are those of LuaFileSystem 1.8 on Linux. */
class LfsModuleTest {

    @TempDir
    private Path folder;

    private final ModuleBench bench = new ModuleBench();
    private final LuaTable lfs = bench.load("lfs");

    private record Handle(FileChannel file) implements Lockable {
        @Override
        public FileChannel channel(boolean writing) {
            return file;
        }
    }

    @Test
    void tellsAllAboutAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "12345");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_234_999));
        LuaTable all = (LuaTable) run("attributes", path("f")).arg1();

        assertThat(text(all.rawget("mode"))).isEqualTo("file");
        assertThat(all.rawget("size").toint()).isEqualTo(5);
        assertThat(all.rawget("nlink").toint()).isEqualTo(1);
        assertThat(all.rawget("modification").toint()).isEqualTo(1234);
        for (String name : new String[] {"dev", "ino", "uid", "gid", "rdev", "access", "change"}) {
            assertThat(all.rawget(name).isnumber()).as(name).isTrue();
        }
        assertThat(run("attributes", path("f"), string("size")).arg1().toint()).isEqualTo(5);
        LuaTable mine = new PucTable();
        assertThat(run("attributes", path("f"), mine).arg1()).isSameAs(mine);
        assertThat(mine.rawget("size").toint()).isEqualTo(5);
        assertThatThrownBy(() -> run("attributes", path("f"), string("sizes")))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("invalid attribute name 'sizes'");
    }

    @Test
    void tellsKindsApart() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), folder);
        assertThat(text(run("attributes", path("."), string("mode")).arg1())).isEqualTo("directory");
        assertThat(text(run("attributes", path("link"), string("mode")).arg1())).isEqualTo("directory");
        assertThat(text(run("symlinkattributes", path("link"), string("mode")).arg1()))
                .isEqualTo("link");
        assertThat(text(run("attributes", string("/dev/null"), string("mode")).arg1()))
                .isEqualTo("char device");
    }

    @Test
    void saysWhatIsMissing() {
        assertFailed(
                run("attributes", string("/nope")),
                "cannot obtain information from file '/nope': No such file or directory");
        assertFailed(
                run("attributes", string("")), "cannot obtain information from file '': No such file or directory");
        assertFailed(run("mkdir", string("/nope/x")), "No such file or directory");
        assertFailed(run("mkdir", path(".")), "File exists");
        assertFailed(run("rmdir", path("none")), "No such file or directory");
        assertFailed(run("touch", path("none")), "No such file or directory");
        assertFailed(
                run("chdir", string("/nope")),
                "Unable to change working directory to '/nope'\nNo such file or directory\n");
        assertThatThrownBy(() -> run("dir", string("/nope")))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("cannot open /nope: No such file or directory");
    }

    @Test
    void namesMayHaveAnyBytes() {
        assertThat(run("attributes", path("\u00ff\u00fe")).arg1()).isEqualTo(LuaValue.NIL);
        assertThat(run("attributes", path("\0\u00ff"), string("mode")).arg1().isnil())
                .isFalse();
    }

    @Test
    void makesAndRemovesFolders() throws IOException {
        assertThat(run("mkdir", path("d")).arg1()).isEqualTo(LuaValue.TRUE);
        assertThat(folder.resolve("d")).isDirectory();
        Files.createFile(folder.resolve("d/f"));
        assertFailed(run("rmdir", path("d")), "Directory not empty");
        assertFailed(run("rmdir", path("d/f")), "Not a directory");
        Files.delete(folder.resolve("d/f"));
        assertThat(run("rmdir", path("d")).arg1()).isEqualTo(LuaValue.TRUE);
        assertThat(folder.resolve("d")).doesNotExist();
    }

    @Test
    void touchesTimes() throws IOException {
        Path file = Files.createFile(folder.resolve("f"));
        run("touch", path("f"), LuaValue.valueOf(5), LuaValue.valueOf(7));
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(7_000));
        assertThat(run("attributes", path("f"), string("access")).arg1().toint())
                .isEqualTo(5);
        run("touch", path("f"), LuaValue.valueOf(9));
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(9_000));
        long before = System.currentTimeMillis();
        run("touch", path("f"));
        assertThat(Files.getLastModifiedTime(file).toMillis()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void listsFolders() throws IOException {
        Files.createFile(folder.resolve("a"));
        Files.createDirectory(folder.resolve("b"));
        Varargs opened = run("dir", path("."));
        LuaValue next = opened.arg1();
        LuaValue list = opened.arg(2);

        Set<String> names = new TreeSet<>();
        for (LuaValue name = next.invoke(list).arg1();
                !name.isnil();
                name = next.invoke(list).arg1()) {
            names.add(text(name));
        }

        assertThat(names).containsExactly(".", "..", "a", "b");
        assertThatThrownBy(() -> next.invoke(list))
                .isInstanceOfSatisfying(
                        BadArgument.class, e -> assertThat(e.problem()).isEqualTo("closed directory"));
        assertThatThrownBy(() -> next.invoke(LuaValue.NONE)).isInstanceOf(BadArgument.class);
        LuaValue other = run("dir", path(".")).arg(2);
        LuaTable methods = (LuaTable) other.getmetatable().rawget("__index");
        assertThat(methods.rawget("next").invoke(other).arg1().isstring()).isTrue();
        methods.rawget("close").invoke(other);
        assertThatThrownBy(() -> next.invoke(other)).isInstanceOf(BadArgument.class);
    }

    @Test
    void staysWhereItIs() {
        LuaValue current = run("currentdir").arg1();
        assertThat(text(current)).isEqualTo(Path.of("").toAbsolutePath().toString());
        assertThat(run("chdir", current).arg1()).isEqualTo(LuaValue.TRUE);
        assertThat(run("chdir", string(".")).arg1()).isEqualTo(LuaValue.TRUE);
        Varargs failed = run("chdir", path("."));
        assertThat(failed.arg1()).isEqualTo(LuaValue.NIL);
        assertThat(text(failed.arg(2))).contains("this process stays in " + text(current));
    }

    @Test
    void locksFiles() throws IOException {
        try (FileChannel one = open("f");
                FileChannel two = open("f")) {
            LuaValue first = new LuaUserdata(new Handle(one));
            LuaValue second = new LuaUserdata(new Handle(two));
            assertThat(run("lock", first, string("w")).arg1()).isEqualTo(LuaValue.TRUE);
            assertFailed(run("lock", second, string("w")), "Resource temporarily unavailable");
            assertThat(run("unlock", first).arg1()).isEqualTo(LuaValue.TRUE);
            assertThat(run("lock", second, string("r"), LuaValue.valueOf(2), LuaValue.valueOf(3))
                            .arg1())
                    .isEqualTo(LuaValue.TRUE);
            assertFailed(run("lock", first, string("w"), LuaValue.valueOf(4)), "Resource temporarily unavailable");
            assertThat(run("lock", first, string("w"), LuaValue.valueOf(5)).arg1())
                    .isEqualTo(LuaValue.TRUE);
            assertThatThrownBy(() -> run("lock", first, string("x"))).hasMessageContaining("lock: invalid mode");
        }
        assertFailed(run("lock", new LuaUserdata(new Handle(null)), string("r")), "Bad file descriptor");
        assertThatThrownBy(() -> run("lock", LuaValue.ONE, string("r")))
                .isInstanceOfSatisfying(
                        BadArgument.class, e -> assertThat(e.problem()).isEqualTo("FILE* expected, got number"));
    }

    @Test
    void hasNoTextMode() {
        Varargs result = run("setmode", LuaValue.NIL, string("text"));
        assertThat(result.arg1()).isEqualTo(LuaValue.TRUE);
        assertThat(text(result.arg(2))).isEqualTo("binary");
        assertThatThrownBy(() -> run("setmode", LuaValue.NIL, string("x"))).isInstanceOf(BadArgument.class);
    }

    @Test
    void touchesNothingInTheSandbox() {
        bench.state.sandboxed(true);
        for (String function : new String[] {
            "attributes", "symlinkattributes", "chdir", "currentdir", "dir", "lock", "unlock", "mkdir", "rmdir", "touch"
        }) {
            assertThatThrownBy(() -> run(function, path("x")))
                    .isInstanceOf(LuaError.class)
                    .hasMessageContaining("lfs." + function + " is not allowed in the sandbox");
        }
        assertThat(folder.resolve("x")).doesNotExist();
    }

    private FileChannel open(String name) throws IOException {
        return FileChannel.open(
                folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private LuaValue path(String name) {
        return string(folder + "/" + name);
    }

    private Varargs run(String function, LuaValue... args) {
        return call(lfs, function, args);
    }

    private static void assertFailed(Varargs result, String message) {
        assertThat(result.arg1()).isEqualTo(LuaValue.NIL);
        assertThat(text(result.arg(2))).isEqualTo(message);
    }
}
