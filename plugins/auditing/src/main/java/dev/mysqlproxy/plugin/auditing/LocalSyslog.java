package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.lifecycle.LocalDatagrams;
import java.io.IOException;
import java.nio.file.Path;

/** This machine's syslog: datagrams to a socket with a path. */
final class LocalSyslog implements SyslogTransport {

    /** Opens such sockets. */
    interface Opener {
        LocalDatagrams open(Path socket) throws IOException;
    }

    private final Path socket;
    private final Opener opener;
    private LocalDatagrams connection;

    LocalSyslog(Path socket, Opener opener) {
        this.socket = socket;
        this.opener = opener;
    }

    @Override
    public void send(byte[] message, int length) throws IOException {
        if (connection == null) {
            connection = opener.open(socket);
        }
        connection.send(message, 0, length);
    }

    @Override
    public String name() {
        return socket.toString();
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
