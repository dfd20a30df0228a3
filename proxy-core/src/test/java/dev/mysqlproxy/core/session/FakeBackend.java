package dev.mysqlproxy.core.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server made of bytes. What it says is written down in the test, step by step. */
final class FakeBackend implements AutoCloseable {

    private final ServerSocketChannel server;
    private final List<Peer> accepted = new CopyOnWriteArrayList<>();

    /** On a free port of 127.0.0.1. */
    FakeBackend() {
        this(new InetSocketAddress("127.0.0.1", 0));
    }

    /** On a unix-domain socket. */
    FakeBackend(Path path) {
        this(UnixDomainSocketAddress.of(path));
    }

    private FakeBackend(SocketAddress address) {
        try {
            if (address instanceof UnixDomainSocketAddress) {
                server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            } else {
                server = ServerSocketChannel.open();
            }
            server.bind(address, 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its address, as an operator would write it. */
    String address() {
        try {
            SocketAddress address = server.getLocalAddress();
            return address instanceof InetSocketAddress inet ? "127.0.0.1:" + inet.getPort() : address.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connections from now on get so small a buffer that a server that does not read is noticed soon. */
    FakeBackend receiveBuffer(int bytes) {
        try {
            server.setOption(StandardSocketOptions.SO_RCVBUF, bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next connection. */
    Peer accept() {
        try {
            SocketChannel channel = server.accept();
            if (!(server.getLocalAddress() instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            Peer peer = new Peer(channel);
            accepted.add(peer);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes no more connections. */
    void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sees to it that the proxy has closed every connection. */
    @Override
    public void close() {
        stop();
        for (Peer peer : accepted) {
            if (!peer.closed()) {
                peer.drain();
                peer.close();
            }
        }
    }
}
