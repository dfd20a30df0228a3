package dev.mysqlproxy.core.chassis;

import com.sun.jna.Native;
import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What only the operating system can do for us. Linux; elsewhere each call fails with a sentence. Any thread. */
final class Posix {

    private static final int O_RDWR = 2;

    private Posix() {}

    /** A call of the operating system. */
    @FunctionalInterface
    interface Call {
        /** Returns a negative number when it failed, with errno set. */
        int run();
    }

    /** The effective user id of this process, without loading native code. */
    static int effectiveUser() throws StartException {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            requireLinux("asking for the user of the process");
            return call("geteuid", () -> Math.max(0, Libc.geteuid()));
        }
    }

    /** Runs the call; a negative result becomes an exception with the system's reason. */
    static int call(String what, Call call) throws StartException {
        int result;
        try {
            result = call.run();
        } catch (LinkageError e) {
            throw new StartException(what + " failed: " + unavailable(e), e);
        }
        if (result < 0) {
            throw new StartException(what + " failed: " + reason(Native.getLastError()));
        }
        return result;
    }

    static String reason(int errno) {
        return Libc.strerror(errno).getString(0) + " (" + errno + ")";
    }

    /** Why there are no native calls. */
    static String unavailable(LinkageError e) {
        String detail = e.getMessage();
        return "native calls are not available here"
                + (detail == null ? "" : " (" + detail.lines().findFirst().orElse("") + ")");
    }

    static boolean isLinux() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    }

    static void requireLinux(String what) throws StartException {
        if (!isLinux()) {
            throw new StartException(what + " works on Linux only");
        }
    }

    /** Leaves the terminal: a session of our own. */
    static void newSession() throws StartException {
        requireLinux("--daemon");
        call("setsid", Libc::setsid);
    }

    /** Lets file descriptors 1 and 2 (1 alone when stderr is the log) end in {@code /dev/null} or in stderr. */
    static void detachOutput(boolean keepStderr) throws StartException {
        if (keepStderr) {
            call("dup2", () -> Libc.dup2(2, 1));
            return;
        }
        int nowhere = call("open of /dev/null", () -> Libc.open("/dev/null", O_RDWR));
        call("dup2", () -> Libc.dup2(nowhere, 1));
        call("dup2", () -> Libc.dup2(nowhere, 2));
        if (nowhere > 2) {
            call("close", () -> Libc.close(nowhere));
        }
    }
}
