package dev.mysqlproxy.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.listener.Compression;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;

/** One end of a connection that a test holds in its hands: blocking, and it speaks bytes. */
class Peer implements AutoCloseable {

    private static final int DRAIN_LIMIT = 256 << 20;

    /** What bytes go through. */
    interface Layer {

        /** At least one byte; -1 at the end. */
        int read(byte[] into, int at, int most);

        /** All of it. */
        void write(byte[] bytes);

        /** Ends the connection. */
        void close();
    }

    private final SocketChannel channel;
    private Layer layer = new Plain();

    Peer(SocketChannel channel) {
        this.channel = channel;
    }

    private final class Plain implements Layer {
        @Override
        public int read(byte[] into, int at, int most) {
            try {
                return channel.read(ByteBuffer.wrap(into, at, most));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void write(byte[] bytes) {
            try {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record Encrypted(SSLSocket socket) implements Layer {
        @Override
        public int read(byte[] into, int at, int most) {
            try {
                return socket.getInputStream().read(into, at, most);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void write(byte[] bytes) {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Makes a TLS handshake; everything after it is encrypted. */
    final Peer encrypt() {
        SSLSocket socket = TestTls.layer(channel, this instanceof FakeClient);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        layer = new Encrypted(socket);
        return this;
    }

    /** Says in TLS that no more will come, and leaves the connection open. */
    final void closeNotify() {
        try {
            ((Encrypted) layer).socket().shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything from here on is compressed; null for not at all. */
    final Peer compress(Compression.Method method) {
        if (method != null) {
            layer = new CompressedLayer(layer, method);
        }
        return this;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Sends all of it. */
    Peer send(byte[]... parts) {
        // in one write, so that what belongs together arrives together
        layer.write(Packets.join(parts));
        return this;
    }

    /** Sends all of it from another thread: for more than the buffers on the way hold. */
    CompletableFuture<Peer> sendAside(byte[]... parts) {
        return CompletableFuture.supplyAsync(() -> send(parts));
    }

    /** Exactly that many bytes. */
    byte[] read(int bytes) {
        byte[] all = readUpTo(bytes);
        assertThat(all.length).as("bytes before the end of the connection").isEqualTo(bytes);
        return all;
    }

    private byte[] readUpTo(int bytes) {
        byte[] all = new byte[bytes];
        int at = 0;
        while (at < bytes) {
            int read = layer.read(all, at, bytes - at);
            if (read < 0) {
                break;
            }
            at += read;
        }
        return Arrays.copyOf(all, at);
    }

    /** The next packet, header included. */
    byte[] packet() {
        byte[] header = read(4);
        return Packets.join(header, read(Packets.length(header)));
    }

    /** The next bytes are these. */
    Peer expect(byte[]... parts) {
        byte[] all = Packets.join(parts);
        assertThat(read(all.length)).as("bytes received").isEqualTo(all);
        return this;
    }

    /** As {@link #expect}, for long ones that no message should show. */
    Peer expectLong(byte[] bytes) {
        assertThat(Arrays.equals(read(bytes.length), bytes))
                .as("the same bytes")
                .isTrue();
        return this;
    }

    /** Next is an ERR packet with this sequence id and number; its message comes back. */
    String expectError(int sequence, int code) {
        byte[] packet = packet();
        assertThat(packet[4] & 0xff).as("first byte of an ERR packet").isEqualTo(0xff);
        assertThat(packet[5] & 0xff | (packet[6] & 0xff) << 8)
                .as("error number of: %s", Packets.text(packet, 7))
                .isEqualTo(code);
        assertThat(packet[3] & 0xff).as("sequence id").isEqualTo(sequence);
        return Packets.text(packet, packet[7] == '#' ? 13 : 7);
    }

    /** Nothing more comes; the other side has closed. */
    void expectEnd() {
        try {
            assertThat(readUpTo(1)).as("bytes before the end").isEmpty();
        } catch (UncheckedIOException e) {
            assertThat(e.getCause()).hasMessageContaining("reset");
        }
    }

    /** Reads and drops whatever comes, up to the end. */
    void drain() {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        try {
            long bytes = 0;
            for (int read = 0; read >= 0; read = channel.read(buffer.clear())) {
                bytes += read;
                assertThat(bytes).as("bytes drained").isLessThan(DRAIN_LIMIT);
            }
        } catch (IOException e) {
            // a reset is an end as well
            assertThat(e).hasMessageMatching(".*(reset|[Bb]roken pipe|closed|ClosedChannel).*");
        }
    }

    /** Ends it with a reset, as a crash does. */
    void reset() {
        try {
            if (!(channel.getLocalAddress() instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says that no more bytes will come, and still reads. */
    void finish() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean closed() {
        return !channel.isOpen();
    }

    @Override
    public void close() {
        layer.close();
    }
}
