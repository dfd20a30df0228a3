package dev.mysqlproxy.plugin.lua.lib;

import java.io.IOException;
import java.io.PrintStream;
import java.util.function.Supplier;

/** Standard output or error of the proxy, or an input that is always at its end: a daemon's input is nobody's. */
final class IoFileStandard extends IoFile {

    private final Supplier<PrintStream> out;

    private IoFileStandard(Supplier<PrintStream> out) {
        this.out = out;
    }

    static IoFileStandard input() {
        return new IoFileStandard(null);
    }

    static IoFileStandard output(Supplier<PrintStream> out) {
        return new IoFileStandard(out);
    }

    @Override
    protected int fill(byte[] into) throws IOException {
        if (out != null) {
            throw IoFileError.thrown(IoFileError.BAD_DESCRIPTOR);
        }
        return END;
    }

    @Override
    protected void put(byte[] bytes, int offset, int length) throws IOException {
        if (out == null) {
            throw IoFileError.thrown(IoFileError.BAD_DESCRIPTOR);
        }
        out.get().write(bytes, offset, length);
    }

    @Override
    protected void sync() {
        if (out != null) {
            out.get().flush();
        }
    }

    @Override
    protected void release() {}

    @Override
    boolean closeable() {
        return false;
    }
}
