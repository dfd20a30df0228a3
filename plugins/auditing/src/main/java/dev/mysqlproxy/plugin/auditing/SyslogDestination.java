package dev.mysqlproxy.plugin.auditing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/** Syslog: each line a message. */
final class SyslogDestination implements Destination {

    /** What UDP and the usual limits of local sockets take, with room for a header. */
    private static final int LONGEST_LINE = 60_000;

    private final SyslogTransport transport;
    private final SyslogHeader header;
    private final Clock clock;
    private final byte[] message = new byte[LONGEST_LINE + 1024];

    SyslogDestination(SyslogTransport transport, SyslogHeader header, Clock clock) {
        this.transport = transport;
        this.header = header;
        this.clock = clock;
    }

    @Override
    public void write(ByteBuffer lines) throws IOException {
        byte[] start = header.at(clock.instant()).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(start, 0, message, 0, start.length);
        while (lines.hasRemaining()) {
            int end = lines.position();
            while (lines.get(end) != '\n') {
                end++;
            }
            int length = Math.min(end - lines.position(), message.length - start.length);
            lines.get(lines.position(), message, start.length, length);
            try {
                transport.send(message, start.length + length);
            } catch (IOException e) {
                transport.close();
                throw e;
            }
            lines.position(end + 1);
        }
        transport.flush();
    }

    @Override
    public int longestLine() {
        return LONGEST_LINE;
    }

    @Override
    public String name() {
        return "syslog " + transport.name();
    }

    @Override
    public void close() {
        transport.close();
    }
}
