package dev.mysqlproxy.plugin.auditing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Syslog over UDP, which loses messages without a word.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5426">RFC 5426</a>
 */
final class UdpSyslog extends NetworkSyslog<DatagramChannel> {

    UdpSyslog(String host, int port) {
        super("udp", host, port);
    }

    @Override
    DatagramChannel open() throws IOException {
        return DatagramChannel.open();
    }

    @Override
    void connect(DatagramChannel opened, InetSocketAddress address) throws IOException {
        opened.connect(address);
    }

    @Override
    public void send(byte[] message, int length) throws IOException {
        channel().write(ByteBuffer.wrap(message, 0, length));
    }
}
