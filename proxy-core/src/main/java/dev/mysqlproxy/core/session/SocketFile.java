package dev.mysqlproxy.core.session;

import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** The file of a unix-domain socket that a listener makes. */
final class SocketFile {

    /** From the lowest bit of a mode up. */
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ,
    };

    private final Path path;

    SocketFile(String path) {
        this.path = Path.of(path);
    }

    /**
     * Removes what is left from a crash: a socket that nobody answers on.
     *
     * @throws IOException with what is in the way
     */
    void removeStale() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            if (!Files.getFileAttributeView(path, BasicFileAttributeView.class)
                    .readAttributes()
                    .isOther()) {
                throw new IOException(path + " exists and is not a socket", e);
            }
            try {
                Files.delete(path);
                return;
            } catch (IOException failed) {
                throw new IOException(
                        "cannot remove the left-over socket " + path + ": " + failed.getMessage(), failed);
            }
        }
        throw new IOException("Address already in use");
    }

    /**
     * Sees to it that the file is never open to more than this mode, not even between its making and {@link #set}. Linux
     * gives a socket's file the mode of the socket itself, less the umask; see unix(7) on bind and fchmod.
     *
     * @param socket not yet bound
     * @param mode permission bits
     */
    static void restrict(Channel socket, int mode) throws IOException {
        int descriptor = ((UnixChannel) socket).fd().intValue();
        Files.setPosixFilePermissions(Path.of("/proc/self/fd/" + descriptor), permissions(mode));
    }

    /** Opens the file to all of this mode, which the umask may have cut. */
    void set(int mode) throws IOException {
        Files.setPosixFilePermissions(path, permissions(mode));
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((mode >>> bit & 1) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        return permissions;
    }
}
