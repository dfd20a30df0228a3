package dev.mysqlproxy.plugin.lua.module;

import com.sun.security.auth.module.UnixSystem;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code posix}: {@code getpid()}, {@code getuid()}, {@code getpwuid(uid)} and {@code kill(pid, signal)}.
 *
 * <p>Users are those of {@code /etc/passwd}. {@code kill} starts the shell's command, so it costs milliseconds.
 */
final class PosixModule {

    private static final Path PASSWD = Path.of("/etc/passwd");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String UID_LINE = "Uid:";
    private static final int PASSWD_FIELDS = 7;
    private static final int MAX_LINES = 1_000_000;
    private static final int KILL_SECONDS = 5;

    private PosixModule() {}

    static LuaTable open(LuaState state, Host host) {
        return Library.open(state, "posix", host.version(), "what scripts used of POSIX")
                .add(
                        "getpid",
                        args -> LuaValue.valueOf(
                                (double) ProcessHandle.current().pid()))
                .add("getuid", args -> LuaValue.valueOf((double) uid()))
                .add("getpwuid", args -> user(Args.integer(args, 1), PASSWD))
                .add("kill", args -> kill(state, Args.integer(args, 1), Args.integer(args, 2)))
                .table();
    }

    /** The real user. The owner of /proc/self would be wrong for a process that changed its user. */
    private static long uid() {
        try (BufferedReader status = Files.newBufferedReader(STATUS, StandardCharsets.ISO_8859_1)) {
            for (String line = status.readLine(); line != null; line = status.readLine()) {
                if (line.startsWith(UID_LINE)) {
                    return Long.parseLong(
                            line.substring(UID_LINE.length()).trim().split("\\s+", 2)[0]);
                }
            }
        } catch (IOException e) {
            // no Linux
        }
        return new UnixSystem().getUid();
    }

    static LuaValue user(int uid, Path passwd) {
        String wanted = Integer.toUnsignedString(uid);
        try (BufferedReader lines = Files.newBufferedReader(passwd, StandardCharsets.ISO_8859_1)) {
            String line = lines.readLine();
            for (int i = 0; line != null && i < MAX_LINES; i++) {
                String[] fields = line.split(":", -1);
                if (fields.length == PASSWD_FIELDS && fields[2].equals(wanted)) {
                    return user(fields);
                }
                line = lines.readLine();
            }
        } catch (IOException e) {
            return LuaValue.NIL;
        }
        return LuaValue.NIL;
    }

    private static LuaValue user(String[] fields) {
        LuaTable user = new PucTable();
        set(user, "name", latin1(fields[0]));
        set(user, "uid", latin1(fields[2]).tonumber());
        set(user, "gid", latin1(fields[3]).tonumber());
        set(user, "dir", latin1(fields[5]));
        set(user, "shell", latin1(fields[6]));
        return user;
    }

    private static LuaString latin1(String text) {
        return Strings.lua(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void set(LuaTable table, String key, LuaValue value) {
        table.rawset(LuaString.valueOf(key), value);
    }

    private static Varargs kill(LuaState state, int pid, int signal) {
        if (state.sandboxed()) {
            throw new LuaError("posix.kill is not allowed in the sandbox");
        }
        try {
            Process process = new ProcessBuilder(
                            "/bin/sh", "-c", "kill -\"$1\" \"$2\"", "kill", Integer.toString(signal), "" + pid)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return LuaValue.valueOf(-1);
            }
            return LuaValue.valueOf(process.exitValue() == 0 ? 0 : -1);
        } catch (IOException e) {
            return LuaValue.valueOf(-1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return LuaValue.valueOf(-1);
        }
    }
}
