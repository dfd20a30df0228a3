package dev.mysqlproxy.plugin.admin.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends what it is told, byte for byte. */
final class RawHttp implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket = new Socket();

    RawHttp(InetSocketAddress server) throws IOException {
        socket.connect(server, PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Sends and goes on. */
    RawHttp send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Whether close is to be rude. */
    RawHttp resetOnClose(boolean reset) throws IOException {
        socket.setSoLinger(reset, 0);
        return this;
    }

    /** Says that nothing more will come. */
    RawHttp end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Everything up to the end of the connection, which the server has to bring about. */
    String readToEnd() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** An answer by its Content-Length; the connection stays. */
    String read() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the server has left after: " + head);
            }
            head.append((char) next);
        }
        String length = head.toString().replaceAll("(?s).*Content-Length: ([0-9]+)\r\n.*", "$1");
        byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length));
        return head + new String(body, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
