package dev.mysqlproxy.plugin.auditing;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The process's standard output. */
final class StdoutDestination implements Destination {

    // never closed: it is not ours
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

    @Override
    public void write(ByteBuffer lines) throws IOException {
        out.write(lines.array(), lines.arrayOffset() + lines.position(), lines.remaining());
        lines.position(lines.limit());
    }

    @Override
    public String name() {
        return "standard output";
    }

    @Override
    public void close() {}
}
