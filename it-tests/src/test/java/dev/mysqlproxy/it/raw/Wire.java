package dev.mysqlproxy.it.raw;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** Packets on a blocking socket, of either side. A peer that says nothing for half a minute fails the test. */
public final class Wire implements Closeable {
    /** The longest payload of one part. */
    public static final int MAX_PAYLOAD = 0xffffff;

    private static final int PATIENCE_MILLIS = 30_000;

    private final Closeable connection;
    private final Socket socket;
    private InputStream in;
    private OutputStream out;
    private SSLSession tls;
    private int piece = Integer.MAX_VALUE;
    private boolean closed;

    /** A wire on an open socket. */
    public Wire(Socket socket) {
        try {
            this.connection = socket;
            this.socket = socket;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Wire(SocketChannel channel) {
        connection = channel;
        socket = null;
        in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
        out = Channels.newOutputStream(channel);
    }

    /** A wire through a Unix domain socket; waits for ever for a peer that says nothing. */
    public static Wire connect(Path path) {
        try {
            return new Wire(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Wire connect(String host, int port) {
        try {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            return new Wire(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From here on everything is encrypted. Fails with the handshake. */
    public SSLSession startTls(RawTls peer) {
        return startTls(peer, true);
    }

    /** The same as the side that is connected to. */
    public SSLSession acceptTls(RawTls peer) {
        return startTls(peer, false);
    }

    private SSLSession startTls(RawTls peer, boolean asClient) {
        try {
            SSLSocket encrypted = peer.over(socket, asClient);
            in = new BufferedInputStream(encrypted.getInputStream(), 1 << 16);
            out = encrypted.getOutputStream();
            tls = encrypted.getSession();
            return tls;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was agreed on, when this is encrypted. */
    public Optional<SSLSession> tls() {
        return Optional.ofNullable(tls);
    }

    /** From here on bytes are sent in pieces of at most so many. */
    public void piece(int bytes) {
        piece = bytes;
    }

    /** Sends bytes as they are. */
    public void raw(byte[] bytes) {
        try {
            for (int at = 0; at < bytes.length; at += Math.min(piece, bytes.length - at)) {
                out.write(bytes, at, Math.min(piece, bytes.length - at));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A payload with its header or headers. */
    public static byte[] framed(int sequence, byte[] payload) {
        Bytes bytes = new Bytes();
        int id = sequence;
        int at = 0;
        int length;
        do {
            length = Math.min(MAX_PAYLOAD, payload.length - at);
            bytes.number(3, length).number(1, id++).raw(Arrays.copyOfRange(payload, at, at + length));
            at += length;
        } while (length == MAX_PAYLOAD);
        return bytes.get();
    }

    /** Sends a packet, in parts when it is long; answers the sequence id of the packet after it. */
    public int write(int sequence, byte[] payload) {
        raw(framed(sequence, payload));
        return (sequence + payload.length / MAX_PAYLOAD + 1) & 0xff;
    }

    /** The next packet; fails when the peer has closed or breaks the order of sequence ids. */
    public Packet read() {
        try {
            byte[] header = header();
            int sequence = header[3] & 0xff;
            int length = length(header);
            byte[] payload = in.readNBytes(length);
            if (payload.length < length) {
                throw new EOFException("the peer closed within a packet");
            }
            int parts = 1;
            while (length == MAX_PAYLOAD) {
                byte[] next = header();
                length = length(next);
                if ((next[3] & 0xff) != ((sequence + parts) & 0xff)) {
                    throw new IOException("part " + parts + " has sequence id " + next[3]);
                }
                byte[] more = in.readNBytes(length);
                int had = payload.length;
                payload = Arrays.copyOf(payload, had + more.length);
                System.arraycopy(more, 0, payload, had, more.length);
                parts++;
            }
            return new Packet(sequence, payload, parts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Passes over one part, answering the length of its payload. */
    public int skip() {
        try {
            int length = length(header());
            in.skipNBytes(length);
            return length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] header() throws IOException {
        byte[] header = in.readNBytes(4);
        if (header.length < 4) {
            throw new EOFException("the peer closed the connection");
        }
        return header;
    }

    private static int length(byte[] header) {
        return header[0] & 0xff | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
    }

    /** All bytes until the peer closes, by FIN or by RST. */
    public byte[] readToEnd() {
        Bytes all = new Bytes();
        byte[] chunk = new byte[1 << 16];
        try {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                all.raw(Arrays.copyOf(chunk, count));
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the peer keeps the connection open", e);
        } catch (IOException e) {
            // a reset is an end, too
        }
        return all.get();
    }

    /** What has arrived, at least a byte unless the peer has closed. */
    public byte[] some() {
        try {
            byte[] chunk = new byte[1 << 16];
            int count = in.read(chunk);
            return Arrays.copyOf(chunk, Math.max(0, count));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether something has arrived that nobody has read. */
    public boolean hasMore() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this side has closed it. */
    public boolean isClosed() {
        return closed;
    }

    /** Ends the connection by RST, as a machine that crashed. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            // closed already
        }
        close();
    }

    @Override
    public void close() {
        try {
            closed = true;
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
