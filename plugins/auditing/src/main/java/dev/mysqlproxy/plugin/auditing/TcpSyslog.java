package dev.mysqlproxy.plugin.auditing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Syslog over TCP, each message with its length before it. Messages on their way when a connection breaks are
 * lost, or sent twice.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6587#section-3.4.1">RFC 6587, octet counting</a>
 */
final class TcpSyslog extends NetworkSyslog<SocketChannel> {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int BATCH = 64 * 1024;

    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();

    TcpSyslog(String host, int port) {
        super("tcp", host, port);
    }

    @Override
    SocketChannel open() throws IOException {
        return SocketChannel.open();
    }

    @Override
    void connect(SocketChannel opened, InetSocketAddress address) throws IOException {
        opened.socket().connect(address, CONNECT_MILLIS);
        opened.socket().setKeepAlive(true);
    }

    @Override
    public void send(byte[] message, int length) throws IOException {
        if (batch.size() >= BATCH) {
            flush();
        }
        batch.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
        batch.write(message, 0, length);
    }

    @Override
    public void flush() throws IOException {
        if (batch.size() == 0) {
            return;
        }
        try {
            SocketChannel channel = channel();
            requireOpen(channel);
            ByteBuffer bytes = ByteBuffer.wrap(batch.toByteArray());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            batch.reset();
        } catch (IOException e) {
            // the batch is kept for the next connection
            close();
            throw e;
        }
    }

    /** A server that has left says so only to those who read. */
    private static void requireOpen(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        try {
            if (channel.read(ByteBuffer.allocate(64)) < 0) {
                throw new EOFException("the server has closed the connection");
            }
        } finally {
            channel.configureBlocking(true);
        }
    }
}
