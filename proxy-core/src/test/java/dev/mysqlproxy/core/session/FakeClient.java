package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.wire.Capabilities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/** A client made of bytes. */
final class FakeClient extends Peer {

    private FakeClient(SocketChannel channel) {
        super(channel);
    }

    static FakeClient connect(SocketAddress address) {
        return connect(address, 0);
    }

    /**
     * Connects.
     *
     * @param receiveBuffer bytes that the system keeps for a client that does not read; 0 for its own choice
     */
    static FakeClient connect(SocketAddress address, int receiveBuffer) {
        try {
            if (address instanceof UnixDomainSocketAddress) {
                return new FakeClient(SocketChannel.open(address));
            }
            SocketChannel channel = SocketChannel.open();
            if (receiveBuffer > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(new InetSocketAddress("127.0.0.1", ((InetSocketAddress) address).getPort()));
            return new FakeClient(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers a greeting with a login of {@code app} to {@code shop}. */
    FakeClient logIn(Capabilities capabilities) {
        send(Packets.login(1, capabilities));
        return this;
    }
}
