package dev.mysqlproxy.plugin.lua.module;

import static dev.mysqlproxy.plugin.lua.module.ModuleBench.call;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.string;
import static dev.mysqlproxy.plugin.lua.module.ModuleBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** {@code chassis}, {@code glib2} and {@code posix}. */
class ProcessModulesTest {

    private final ModuleBench bench = new ModuleBench();

    @Test
    void logsAtEveryLevelAndStaysAlive() {
        LuaTable chassis = bench.load("chassis");
        for (String level : new String[] {"error", "critical", "warning", "message", "info", "debug"}) {
            call(chassis, "log", string(level), string("one"));
        }
        for (String level : new String[] {"critical", "warning", "message", "info", "debug"}) {
            call(chassis, level, LuaValue.valueOf(2));
        }
        assertThat(bench.host.lines)
                .containsExactly(
                        "ERROR one",
                        "CRITICAL one",
                        "WARNING one",
                        "MESSAGE one",
                        "INFO one",
                        "DEBUG one",
                        "CRITICAL 2",
                        "WARNING 2",
                        "MESSAGE 2",
                        "INFO 2",
                        "DEBUG 2");
        assertThat(chassis.rawget("error")).isEqualTo(LuaValue.NIL);
        assertThatThrownBy(() -> call(chassis, "log", string("loud"), string("x")))
                .isInstanceOfSatisfying(
                        BadArgument.class, e -> assertThat(e.problem()).isEqualTo("invalid option 'loud'"));
    }

    @Test
    void takesPrintOver() {
        LuaTable globals = bench.state.globals();
        LuaTable os = new PucTable();
        LuaValue original = Native.of("print", args -> LuaValue.NONE);
        globals.rawset("os", os);
        globals.rawset("print", original);

        bench.load("chassis");

        assertThat(os.rawget("print")).isSameAs(original);
        call(globals, "print", string("first"), string("second"));
        call(globals, "print", LuaValue.NIL);
        call(globals, "print", LuaValue.valueOf(7));
        assertThat(bench.host.lines).containsExactly("MESSAGE first", "MESSAGE nil", "MESSAGE 7");
        assertThatThrownBy(() -> call(globals, "print", new PucTable())).isInstanceOf(BadArgument.class);
        assertThatThrownBy(() -> call(globals, "print")).isInstanceOf(BadArgument.class);
    }

    @Test
    void countsByPlugin() {
        LuaTable chassis = bench.load("chassis");
        bench.host.statistics.put("chassis", Map.of("lua_mem_bytes", 12L));
        bench.host.statistics.put("proxy", Map.of("connections", 3L));

        LuaValue one = call(chassis, "get_stats", string("proxy")).arg1();
        assertThat(one.rawget("connections").toint()).isEqualTo(3);
        LuaValue all = call(chassis, "get_stats").arg1();
        assertThat(all.rawget("chassis").rawget("lua_mem_bytes").toint()).isEqualTo(12);
        assertThat(call(chassis, "get_stats", string("none")).arg1()).isEqualTo(LuaValue.NIL);
        assertThatThrownBy(() -> call(chassis, "get_stats", string("proxy"), string("x")))
                .isInstanceOf(BadArgument.class);
        assertThat(call(chassis, "mem_profile").narg()).isZero();
    }

    @Test
    void endsTheProcessUnlessInTheSandbox() {
        LuaTable chassis = bench.load("chassis");
        call(chassis, "set_shutdown");
        bench.state.sandboxed(true);
        assertThatThrownBy(() -> call(chassis, "set_shutdown"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("chassis.set_shutdown is not allowed in the sandbox");
        assertThat(bench.host.shutdowns).isEqualTo(1);
    }

    @Test
    void hashesAndTellsTheTime() {
        LuaTable glib = bench.load("glib2");
        assertThat(text(call(glib, "md5", string("abc")).arg1())).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
        assertThat(text(call(glib, "md5", string("")).arg1())).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");

        long before = Instant.now().getEpochSecond();
        LuaValue now = call(glib, "get_current_time").arg1();
        assertThat(now.rawget("tv_sec").todouble())
                .isBetween((double) before, (double) Instant.now().getEpochSecond());
        assertThat(now.rawget("tv_usec").toint()).isBetween(0, 999_999);
    }

    @Test
    void sleepsAtLeastAsLongAsAsked() {
        LuaTable glib = bench.load("glib2");
        long begin = System.nanoTime();
        call(glib, "usleep", LuaValue.valueOf(2_000));
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(2_000_000);
        for (double none : new double[] {0, -5, Double.NaN}) {
            assertThat(call(glib, "usleep", LuaValue.valueOf(none)).narg()).isZero();
        }
    }

    @Test
    void anInterruptEndsTheSleep() {
        LuaTable glib = bench.load("glib2");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> call(glib, "usleep", LuaValue.valueOf(1e12))).isInstanceOf(LuaError.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void knowsItselfAndItsUser(@TempDir Path folder) throws IOException {
        LuaTable posix = bench.load("posix");
        assertThat(call(posix, "getpid").arg1().todouble())
                .isEqualTo((double) ProcessHandle.current().pid());
        Object owner = Files.getAttribute(Files.createFile(folder.resolve("mine")), "unix:uid");
        assertThat(call(posix, "getuid").arg1().toint()).isEqualTo(owner);
        assertThat(call(posix, "getpwuid", LuaValue.valueOf(987_654)).arg1()).isEqualTo(LuaValue.NIL);
    }

    @Test
    void readsUsers(@TempDir Path folder) throws IOException {
        Path passwd = Files.writeString(
                folder.resolve("passwd"), "root:x:0:0:root:/root:/bin/bash\nbroken\nu:x:4000000000:7:::\n");
        LuaValue root = PosixModule.user(0, passwd);
        assertThat(text(root.rawget("name"))).isEqualTo("root");
        assertThat(root.rawget("uid")).isEqualTo(LuaValue.ZERO);
        assertThat(root.rawget("gid")).isEqualTo(LuaValue.ZERO);
        assertThat(text(root.rawget("dir"))).isEqualTo("/root");
        assertThat(text(root.rawget("shell"))).isEqualTo("/bin/bash");
        assertThat(PosixModule.user((int) 4_000_000_000L, passwd).rawget("gid").toint())
                .isEqualTo(7);
        assertThat(PosixModule.user(1, passwd)).isEqualTo(LuaValue.NIL);
        assertThat(PosixModule.user(0, folder.resolve("none"))).isEqualTo(LuaValue.NIL);
    }

    @Test
    void signalsProcessesUnlessInTheSandbox() throws IOException {
        LuaTable posix = bench.load("posix");
        Process victim = new ProcessBuilder("/bin/sh", "-c", "read line").start();
        LuaValue pid = LuaValue.valueOf((double) victim.pid());

        assertThat(call(posix, "kill", pid, LuaValue.valueOf(0)).arg1()).isEqualTo(LuaValue.ZERO);
        assertThat(call(posix, "kill", pid, LuaValue.valueOf(9)).arg1()).isEqualTo(LuaValue.ZERO);
        assertThat(victim.onExit().join().exitValue()).isEqualTo(128 + 9);
        assertThat(call(posix, "kill", pid, LuaValue.valueOf(0)).arg1()).isEqualTo(LuaValue.valueOf(-1));
        assertThat(call(posix, "kill", pid, LuaValue.valueOf(-1)).arg1()).isEqualTo(LuaValue.valueOf(-1));

        bench.state.sandboxed(true);
        assertThatThrownBy(() -> call(posix, "kill", pid, LuaValue.valueOf(0)))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("posix.kill is not allowed in the sandbox");
    }
}
