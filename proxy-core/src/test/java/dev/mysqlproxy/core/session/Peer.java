package dev.mysqlproxy.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** One end of a connection that a test holds in its hands: blocking, and it speaks bytes. */
class Peer implements AutoCloseable {

    private static final int DRAIN_LIMIT = 256 << 20;

    private final SocketChannel channel;

    Peer(SocketChannel channel) {
        this.channel = channel;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Sends all of it. */
    Peer send(byte[]... parts) {
        try {
            // in one write, so that what belongs together arrives together
            ByteBuffer buffer = ByteBuffer.wrap(Packets.join(parts));
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        try {
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // on to the next bytes
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
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
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
