package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.core.tls.TlsException;
import dev.mysqlproxy.core.tls.TlsStore;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** TLS as the JDK speaks it, for peers; and settings of both hops. */
final class TestTls {

    /** Where certificates of tests are kept. */
    static final Path FOLDER = Path.of("target", "tls");

    private static final SSLContext SERVER = server();
    private static final SSLContext CLIENT = client();

    private TestTls() {}

    private static SSLContext server() {
        try (TlsStore store = new TlsStore(FOLDER)) {
            store.listener(clients(ClientTls.Mode.PREFERRED));
            return ((JdkSslContext) SslContextBuilder.forServer(
                                    FOLDER.resolve("server-cert.pem").toFile(),
                                    FOLDER.resolve("server-key.pem").toFile())
                            .sslProvider(SslProvider.JDK)
                            .build())
                    .context();
        } catch (TlsException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext client() {
        try {
            return ((JdkSslContext) SslContextBuilder.forClient()
                            .sslProvider(SslProvider.JDK)
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .build())
                    .context();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** TLS on a connected socket, from here on; the handshake is still to be made. */
    static SSLSocket layer(SocketChannel channel, boolean asClient) {
        try {
            Socket socket = channel.getLocalAddress() instanceof UnixDomainSocketAddress
                    ? new UnixSocket(channel)
                    : channel.socket();
            SSLSocket tls = (SSLSocket) (asClient ? CLIENT : SERVER)
                    .getSocketFactory()
                    .createSocket(socket, "localhost", socket.getPort(), true);
            tls.setUseClientMode(asClient);
            return tls;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ClientTls clients(ClientTls.Mode mode) {
        return new ClientTls(mode, Optional.empty(), Optional.empty(), Optional.empty(), false, List.of(), List.of());
    }

    static BackendHop servers(TlsMode mode, Compression.Method... compression) {
        BackendHop.Tls tls =
                new BackendHop.Tls(mode, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of());
        return new BackendHop("", tls, Compression.of(compression), BackendHop.Header.NONE, false);
    }
}
