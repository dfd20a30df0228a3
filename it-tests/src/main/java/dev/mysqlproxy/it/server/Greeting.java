package dev.mysqlproxy.it.server;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads a server's first packet: whoever sends it has finished starting. */
final class Greeting {
    private static final int PROTOCOL_10 = 10;
    private static final int LONGEST = 1024;

    private Greeting() {}

    /** Answers the version in the handshake; fails when nobody listens, or nothing is said within {@code patience}. */
    static String readVersion(String host, int port, Duration patience) throws IOException {
        int millis = Math.toIntExact(Math.max(1, patience.toMillis()));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
            if (length < 2 || length > LONGEST) {
                throw new IOException("not a MySQL greeting: a packet of " + length + " bytes");
            }
            in.readUnsignedByte();
            byte[] payload = in.readNBytes(length);
            if (payload.length < length || payload[0] != PROTOCOL_10) {
                throw new IOException("not a MySQL greeting: " + new String(payload, StandardCharsets.ISO_8859_1));
            }
            int end = 1;
            while (end < payload.length && payload[end] != 0) {
                end++;
            }
            return new String(payload, 1, end - 1, StandardCharsets.UTF_8);
        }
    }
}
