package dev.mysqlproxy.core.chassis;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.mysqlproxy.api.lifecycle.StartException;
import java.nio.file.Path;
import java.util.Collection;

/**
 * {@code --user}: gives up root once everything that needs it is open. {@link #of} before the listeners are bound, so
 * that a wrong name ends the start early; {@link #drop} after. The change holds for all threads of the process.
 */
public final class Privileges {

    private final String user;
    private final int uid;
    private final int gid;

    private Privileges(String user, int uid, int gid) {
        this.user = user;
        this.uid = uid;
        this.gid = gid;
    }

    /**
     * Looks the user up.
     *
     * @throws StartException when the process is not root's, or there is no such user
     */
    public static Privileges of(String user) throws StartException {
        if (Posix.effectiveUser() != 0) {
            throw new StartException("can only use the --user switch if running as root");
        }
        Posix.requireLinux("--user");
        Pointer entry;
        try {
            entry = Libc.getpwnam(user);
        } catch (LinkageError e) {
            throw new StartException("--user failed: " + Posix.unavailable(e), e);
        }
        if (entry == null) {
            throw new StartException("unknown user '" + user + "' in --user");
        }
        // struct passwd: two pointers (name, password), then uid and gid, in glibc and musl alike
        long ids = 2L * Native.POINTER_SIZE;
        return new Privileges(user, entry.getInt(ids), entry.getInt(ids + Integer.BYTES));
    }

    /**
     * Gives the files (the log, unix sockets) to the user, then becomes the user for good. The pid file is not for the
     * user: root believes what is in it.
     *
     * @throws StartException when any step failed; the process must end then
     */
    public void drop(Collection<Path> files) throws StartException {
        for (Path file : files) {
            Posix.call("chown of " + file, () -> Libc.chown(file.toString(), uid, gid));
        }
        Posix.call("initgroups for user " + user, () -> Libc.initgroups(user, gid));
        Posix.call("setgid for user " + user, () -> Libc.setgid(gid));
        Posix.call("setuid for user " + user, () -> Libc.setuid(uid));
        if (Libc.getuid() != uid || Libc.geteuid() != uid || Libc.getgid() != gid) {
            throw new StartException("the process did not become user " + user);
        }
        if (uid != 0 && Libc.setuid(0) == 0) {
            throw new StartException("the process could become root again after --user " + user);
        }
    }
}
