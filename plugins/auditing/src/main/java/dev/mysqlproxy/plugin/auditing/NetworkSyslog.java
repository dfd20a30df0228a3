package dev.mysqlproxy.plugin.auditing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channel;

/** A syslog at a host and port. Its name is looked up for each connection. */
abstract class NetworkSyslog<C extends Channel> implements SyslogTransport {

    private final String scheme;
    private final String host;
    private final int port;
    private C channel;

    NetworkSyslog(String scheme, String host, int port) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
    }

    abstract C open() throws IOException;

    abstract void connect(C opened, InetSocketAddress address) throws IOException;

    /** The channel, connected. */
    final C channel() throws IOException {
        if (channel == null) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new UnknownHostException(host);
            }
            channel = open();
            try {
                connect(channel, address);
            } catch (IOException e) {
                close();
                throw e;
            }
        }
        return channel;
    }

    @Override
    public String name() {
        return scheme + "://" + host + ":" + port;
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // broken anyway
            }
            channel = null;
        }
    }
}
