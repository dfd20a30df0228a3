package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unix domain sockets and IPv6 on both sides. */
class TransportIT {
    private static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);

    @TempDir
    Path folder;

    @Test
    void unixSockets() throws IOException {
        TestServer server = SharedServers.preferred();
        assumeTrue(server.socketPath().isPresent(), "the server's socket cannot be reached");
        Path socket = folder.resolve("proxy.sock");
        // left over from a crash: nobody listens on it any more
        try (ServerSocketChannel left = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        try (ProxyProcess proxy = ProxyProcess.with()
                .backend(server.socketPath().get().toString())
                .plugins("proxy")
                .addresses(socket.toString())
                .launch()) {
            proxy.log().await("proxy listening on port \\Q" + socket + "\\E");
            try (RawClient client = RawClient.login(socket, APP)) {
                assertThat(client.query("SELECT CURRENT_USER() AS me").value()).isEqualTo("app@%");
                String large = client.query("SELECT REPEAT('u', 3000000) AS u").value();
                assertThat(large).hasSize(3_000_000);
            }
            LogFile.Mark mark = proxy.log().mark();
            assertThat(mark.complaints()).isEmpty();
            assertThat(proxy.stop()).isZero();
            assertThat(Files.exists(socket)).isFalse();
        }
    }

    @Test
    void ipv6() {
        assumeTrue(hasIpv6(), "this machine has no IPv6");
        TestServer server = SharedServers.preferred();
        // a proxy before a proxy: servers of the tests listen on 127.0.0.1 only
        try (ProxyProcess inner = ProxyProcess.with()
                        .backend(server)
                        .plugins("proxy")
                        .addresses("[::1]:0")
                        .start();
                ProxyProcess outer = ProxyProcess.with()
                        .backend("[::1]:" + inner.port())
                        .addresses("[::1]:0")
                        .start();
                RawClient client = RawClient.login("::1", outer.port(), APP)) {
            assertThat(client.greeting().serverVersion()).isEqualTo(server.version());
            assertThat(client.query("SELECT 6 AS six").value()).isEqualTo("6");
            assertThat(outer.sessions().get(0).get("client")).startsWith("[");
            assertThat(outer.admin("SELECT * FROM backends").get(0)).containsEntry("address", "[::1]:" + inner.port());
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
