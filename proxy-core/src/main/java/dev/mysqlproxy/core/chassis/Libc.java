package dev.mysqlproxy.core.chassis;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** C functions under their own names. Loading this class loads JNA, 50 to 100 ms: touch it only when needed. */
final class Libc {

    static {
        useUnpackedLibrary();
        Map<String, Object> options = Map.of(Library.OPTION_STRING_ENCODING, StandardCharsets.UTF_8.name());
        Native.register(Libc.class, NativeLibrary.getInstance("c", options));
    }

    private Libc() {}

    /** The distribution has JNA's library unpacked: JNA would do it to a temporary folder, which may be noexec. */
    private static void useUnpackedLibrary() {
        String home = System.getProperty("mysqlproxy.home");
        if (home != null && System.getProperty("jna.boot.library.path") == null) {
            String processor = System.getProperty("os.arch").replace("amd64", "x86-64");
            Path folder = Path.of(home, "lib/native/com/sun/jna/linux-" + processor);
            if (Files.isDirectory(folder)) {
                System.setProperty("jna.boot.library.path", folder.toString());
            }
        }
    }

    static native int setsid();

    /** The handler is a function's address or one of the two small numbers that stand for the default and for ignoring. */
    static native Pointer signal(int number, Pointer handler);

    static native int geteuid();

    static native int getuid();

    static native int getgid();

    static native Pointer getpwnam(String name);

    static native int initgroups(String user, int group);

    static native int setgid(int gid);

    static native int setuid(int uid);

    static native int chown(String path, int uid, int gid);

    /** The two longs are the soft and the hard limit. */
    static native int getrlimit(int resource, long[] limits);

    static native int setrlimit(int resource, long[] limits);

    static native int open(String path, int flags);

    static native int dup2(int from, int to);

    static native int close(int descriptor);

    static native int socket(int domain, int type, int protocol);

    static native int connect(int descriptor, byte[] address, int length);

    static native NativeLong send(int descriptor, byte[] bytes, NativeLong length, int flags);

    static native void openlog(Pointer ident, int option, int facility);

    // variadic in C; with integer and pointer arguments the call is the same on Linux
    static native void syslog(int priority, String format, String text);

    static native void closelog();

    static native Pointer strerror(int code);
}
