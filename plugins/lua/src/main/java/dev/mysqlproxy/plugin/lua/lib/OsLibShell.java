package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.ScriptStopped;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Commands of scripts, run by /bin/sh. A script that waits for one spends its budget, and a stopped one kills it. */
final class OsLibShell {

    private static final int TICK_MILLIS = 10;
    private static final int STEPS_PER_TICK = 10_000;
    private static final Redirect NO_INPUT = Redirect.from(new File("/dev/null"));

    private OsLibShell() {}

    /** With a pipe from its output (reads) or to its input; the rest is the proxy's, but for the input. */
    static Process start(String command, boolean reads) throws IOException {
        return new ProcessBuilder("/bin/sh", "-c", command)
                .redirectInput(reads ? NO_INPUT : Redirect.PIPE)
                .redirectOutput(reads ? Redirect.PIPE : Redirect.INHERIT)
                .redirectError(Redirect.INHERIT)
                .start();
    }

    /** Runs to the end; the exit status as system() gives it: the code in the second byte, or -1. */
    static int execute(LuaState state, String command) {
        try {
            Process process = new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectInput(NO_INPUT)
                    .redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.INHERIT)
                    .start();
            return patiently(state, process, process::waitFor) << 8;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Waits for something that may take as long as the process likes. */
    static int patiently(LuaState state, Process process, Callable<Integer> wait) throws IOException {
        FutureTask<Integer> task = new FutureTask<>(wait);
        Thread thread = new Thread(task, "lua-command");
        thread.setDaemon(true);
        thread.start();
        while (true) {
            try {
                return task.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                spend(state, process);
            } catch (InterruptedException e) {
                kill(process);
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted system call", e);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
            }
        }
    }

    private static void spend(LuaState state, Process process) {
        try {
            state.spend(STEPS_PER_TICK);
        } catch (ScriptStopped e) {
            kill(process);
            throw e;
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
