package dev.mysqlproxy.core.chassis;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes whole lines to file descriptor 2, whatever has become of {@code System.err}. */
final class StderrSink implements LogSink {

    @SuppressWarnings("resource") // stderr outlives us
    private final FileOutputStream stderr = new FileOutputStream(FileDescriptor.err);

    @Override
    public void write(LogLevel level, String line) throws IOException {
        stderr.write(line.getBytes(StandardCharsets.UTF_8));
    }
}
