package dev.mysqlproxy.plugin.lua.module.lfs;

import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.Args;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** {@code lock} and {@code unlock}: advisory locks on files, never waited for. The system drops them at close. */
final class Locks {

    private static final double MAX_OFFSET = 0x1p62;
    private static final String BUSY = "Resource temporarily unavailable";

    private final Map<FileChannel, List<FileLock>> held = new WeakHashMap<>();

    Varargs lock(Varargs args) {
        Lockable file = file(args);
        String mode = Strings.latin1(Args.string(args, 2));
        if (!mode.startsWith("r") && !mode.startsWith("w")) {
            throw new LuaError("lock: invalid mode");
        }
        boolean shared = mode.startsWith("r");
        long start = offset(args, 3);
        long length = offset(args, 4);
        FileChannel channel = file.channel(!shared);
        if (channel == null) {
            return Failure.result("Bad file descriptor");
        }
        try {
            FileLock lock = channel.tryLock(start, length == 0 ? Long.MAX_VALUE - start : length, shared);
            if (lock == null) {
                return Failure.result(BUSY);
            }
            held.computeIfAbsent(channel, key -> new ArrayList<>()).add(lock);
            return LuaValue.TRUE;
        } catch (OverlappingFileLockException e) {
            // another script of this process has it
            return Failure.result(BUSY);
        } catch (ClosedChannelException e) {
            return Failure.result("Bad file descriptor");
        } catch (IOException e) {
            return Failure.result(e);
        }
    }

    /** Gives back every lock of this file that begins in the range. */
    Varargs unlock(Varargs args) {
        Lockable file = file(args);
        long start = offset(args, 2);
        long length = offset(args, 3);
        for (boolean writing : new boolean[] {false, true}) {
            FileChannel channel = file.channel(writing);
            List<FileLock> locks = channel == null ? List.of() : held.getOrDefault(channel, List.of());
            try {
                release(locks, start, length);
            } catch (IOException e) {
                return Failure.result(e);
            }
        }
        return LuaValue.TRUE;
    }

    private static void release(List<FileLock> locks, long start, long length) throws IOException {
        Iterator<FileLock> each = locks.iterator();
        while (each.hasNext()) {
            FileLock lock = each.next();
            if (!lock.isValid()) {
                each.remove();
            } else if (lock.position() >= start && (length == 0 || lock.position() - start < length)) {
                lock.release();
                each.remove();
            }
        }
    }

    private static long offset(Varargs args, int position) {
        double value = Args.number(args, position, 0);
        return value > 0 && value <= MAX_OFFSET ? (long) value : 0;
    }

    private static Lockable file(Varargs args) {
        if (args.arg1() instanceof LuaUserdata userdata && userdata.m_instance instanceof Lockable file) {
            return file;
        }
        throw Args.typeError(args, 1, "FILE*");
    }
}
