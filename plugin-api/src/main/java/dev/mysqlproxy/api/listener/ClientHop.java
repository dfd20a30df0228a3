package dev.mysqlproxy.api.listener;

import java.util.List;
import java.util.Objects;

/**
 * How a listener and its clients speak with each other below MySQL's commands.
 *
 * @param tls encryption
 * @param compression what is offered; local listeners offer none
 * @param proxyNetworks networks ({@code 10.0.0.0/8}, {@code ::1}, {@code *}, {@code unix}) whose connections begin with a
 *     PROXY header; empty for none
 * @param socketMode permission bits of a unix socket's file, for example {@code 0770}; -1 leaves it to the umask
 */
public record ClientHop(ClientTls tls, Compression compression, List<String> proxyNetworks, int socketMode) {

    /** Neither TLS nor compression nor PROXY headers. */
    public static final ClientHop PLAIN = new ClientHop(ClientTls.DISABLED, Compression.NONE, List.of(), -1);

    public ClientHop {
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(compression, "compression");
        proxyNetworks = List.copyOf(proxyNetworks);
        Networks.of(proxyNetworks);
        if (socketMode < -1 || socketMode > 0777) {
            throw new IllegalArgumentException("a file's mode is 0 to 0777: " + Integer.toOctalString(socketMode));
        }
    }
}
