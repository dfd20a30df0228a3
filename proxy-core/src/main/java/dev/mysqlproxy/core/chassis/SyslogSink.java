package dev.mysqlproxy.core.chassis;

import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;

/** The local syslog through libc, as {@code mysql-proxy} of facility daemon. */
final class SyslogSink implements LogSink {

    private static final int LOG_PID = 0x01;
    private static final int LOG_DAEMON = 3 << 3;

    // libc keeps the pointer, not the text
    private final Memory ident;

    SyslogSink() {
        byte[] name = "mysql-proxy".getBytes(StandardCharsets.US_ASCII);
        ident = new Memory(name.length + 1L);
        ident.write(0, name, 0, name.length);
        ident.setByte(name.length, (byte) 0);
        Libc.openlog(ident, LOG_PID, LOG_DAEMON);
    }

    @Override
    public void write(LogLevel level, String line) {
        Libc.syslog(LOG_DAEMON | level.syslogSeverity(), "%s", line.stripTrailing());
    }

    @Override
    public void close() {
        Libc.closelog();
    }
}
