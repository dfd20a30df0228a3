package dev.mysqlproxy.plugin.auditing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Syslog over UDP, which loses messages without a word.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5426">RFC 5426</a>
 */
final class UdpSyslog implements SyslogTransport {

    private final String host;
    private final int port;
    private DatagramChannel channel;

    UdpSyslog(String host, int port) {
        this.host = host;
        this.port = port;
    }

    @Override
    public void send(byte[] message, int length) throws IOException {
        if (channel == null) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new UnknownHostException(host);
            }
            DatagramChannel opened = DatagramChannel.open();
            try {
                channel = opened.connect(address);
            } catch (IOException e) {
                opened.close();
                throw e;
            }
        }
        channel.write(ByteBuffer.wrap(message, 0, length));
    }

    @Override
    public String name() {
        return "udp://" + host + ":" + port;
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // it was a socket without a connection
            }
            channel = null;
        }
    }
}
