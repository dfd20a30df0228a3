package dev.mysqlproxy.core.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connected channel of a unix-domain socket as the JDK's TLS wants it; channels of them have no socket. */
final class UnixSocket extends Socket {

    private final SocketChannel channel;

    UnixSocket(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int at, int most) throws IOException {
                return channel.read(ByteBuffer.wrap(into, at, most));
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int at, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, at, length);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        };
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
