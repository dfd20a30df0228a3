package dev.mysqlproxy.core.chassis;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how far we are, when it listens ({@code Type=notify}): a datagram to the socket named by
 * {@code NOTIFY_SOCKET}. Failure is logged and has no other effect. Any thread.
 */
public final class ServiceNotify {

    private static final Logger log = LoggerFactory.getLogger(ServiceNotify.class);
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MAX_PATH = 107;

    private final String socket;

    ServiceNotify(String socket) {
        this.socket = socket;
    }

    /** As the environment says; does nothing where there is no {@code NOTIFY_SOCKET}. */
    public static ServiceNotify fromEnvironment() {
        String socket = System.getenv("NOTIFY_SOCKET");
        return new ServiceNotify(socket == null || !Posix.isLinux() ? "" : socket);
    }

    /** The service works; its main process is this one. */
    public void ready() {
        send("READY=1\nMAINPID=" + ProcessHandle.current().pid());
    }

    /** The service is about to end. */
    public void stopping() {
        send("STOPPING=1");
    }

    private void send(String state) {
        if (socket.isEmpty()) {
            return;
        }
        byte[] address = address(socket);
        if (address.length == 0) {
            log.warn("NOTIFY_SOCKET is neither a path nor an abstract name");
            return;
        }
        try {
            if (!send(address, state.getBytes(StandardCharsets.US_ASCII))) {
                log.atWarn()
                        .addKeyValue("reason", Posix.reason(Native.getLastError()))
                        .log("cannot notify systemd");
            }
        } catch (LinkageError e) {
            log.atWarn().addKeyValue("reason", Posix.unavailable(e)).log("cannot notify systemd");
        }
    }

    private static boolean send(byte[] address, byte[] state) {
        int descriptor = Libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        if (descriptor < 0) {
            return false;
        }
        try {
            return Libc.connect(descriptor, address, address.length) == 0
                    && Libc.send(descriptor, state, new NativeLong(state.length), MSG_NOSIGNAL)
                                    .longValue()
                            == state.length;
        } finally {
            Libc.close(descriptor);
        }
    }

    /** A {@code sockaddr_un}, or nothing when the name makes no sense; "@" stands for the zero of abstract names. */
    static byte[] address(String name) {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length < 2 || path.length > MAX_PATH || (path[0] != '/' && path[0] != '@')) {
            return new byte[0];
        }
        boolean isAbstract = path[0] == '@';
        // the length tells where an abstract name ends, a zero where a path does
        byte[] address = new byte[2 + path.length + (isAbstract ? 0 : 1)];
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        address[little ? 0 : 1] = AF_UNIX;
        System.arraycopy(path, 0, address, 2, path.length);
        if (isAbstract) {
            address[2] = 0;
        }
        return address;
    }
}
