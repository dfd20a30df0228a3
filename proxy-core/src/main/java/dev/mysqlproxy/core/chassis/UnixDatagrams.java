package dev.mysqlproxy.core.chassis;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import dev.mysqlproxy.api.lifecycle.LocalDatagrams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Datagrams to a unix-domain socket, through libc: Java only has stream sockets of that kind. */
public final class UnixDatagrams implements LocalDatagrams {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
    private static final int EAGAIN = 11;
    private static final int ENOBUFS = 105;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path socket;
    private int descriptor;

    private UnixDatagrams(Path socket, int descriptor) {
        this.socket = socket;
        this.descriptor = descriptor;
    }

    /**
     * Connects to the socket with this path.
     *
     * @throws IOException with the system's reason
     */
    public static UnixDatagrams connect(Path socket) throws IOException {
        byte[] address = ServiceNotify.address(socket.toString());
        if (!Posix.isLinux() || address.length == 0) {
            throw new IOException("cannot connect to " + socket + ": no path of a socket on Linux");
        }
        try {
            int descriptor = Libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            if (descriptor < 0) {
                throw failure("connect to", socket);
            }
            if (Libc.connect(descriptor, address, address.length) != 0) {
                IOException failure = failure("connect to", socket);
                Libc.close(descriptor);
                throw failure;
            }
            return new UnixDatagrams(socket, descriptor);
        } catch (LinkageError e) {
            throw new IOException("cannot connect to " + socket + ": " + Posix.unavailable(e), e);
        }
    }

    private static IOException failure(String what, Path socket) {
        return new IOException("cannot " + what + " " + socket + ": " + Posix.reason(Native.getLastError()));
    }

    @Override
    public void send(byte[] bytes, int offset, int length) throws IOException {
        if (descriptor < 0) {
            throw new IOException("the connection to " + socket + " is closed");
        }
        byte[] whole = offset == 0 ? bytes : Arrays.copyOfRange(bytes, offset, offset + length);
        long start = System.nanoTime();
        while (Libc.send(descriptor, whole, new NativeLong(length), MSG_DONTWAIT_NOSIGNAL)
                        .longValue()
                < 0) {
            int error = Native.getLastError();
            if (error != EAGAIN && error != ENOBUFS
                    || System.nanoTime() - start > PATIENCE
                    || Thread.currentThread().isInterrupted()) {
                throw new IOException("cannot send to " + socket + ": " + Posix.reason(error));
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            Libc.close(descriptor);
            descriptor = -1;
        }
    }
}
