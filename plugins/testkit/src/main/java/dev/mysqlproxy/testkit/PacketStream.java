package dev.mysqlproxy.testkit;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;

/** Packets over a socket, each less than 16 MiB. One thread at a time. */
final class PacketStream implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private int sequence;

    PacketStream(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    /** As {@link #PacketStream(Socket)}, for one that gives up when it hears nothing for a while. */
    static PacketStream impatient(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new PacketStream(socket);
    }

    /** A command begins. */
    void begin() {
        sequence = 0;
    }

    /** The next payload; an EOFException when there is none. */
    byte[] read() throws IOException {
        int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
        sequence = in.readUnsignedByte() + 1 & 0xff;
        return in.readNBytes(length);
    }

    void write(List<byte[]> payloads) throws IOException {
        for (byte[] payload : payloads) {
            out.write(payload.length);
            out.write(payload.length >>> 8);
            out.write(payload.length >>> 16);
            out.write(sequence);
            out.write(payload);
            sequence = sequence + 1 & 0xff;
        }
        out.flush();
    }

    void write(byte[] payload) throws IOException {
        write(List.of(payload));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
