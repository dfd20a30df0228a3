package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** What io.popen gives: one end of a shell command. Waiting for the command counts against the script's limits. */
final class IoFilePipe extends IoFile {

    private final LuaState state;
    private final Process process;
    private final boolean reads;

    IoFilePipe(LuaState state, String command, boolean reads) throws IOException {
        this.state = state;
        this.reads = reads;
        this.process = OsLibShell.start(command, reads);
    }

    @Override
    protected int fill(byte[] into) throws IOException {
        if (!reads) {
            throw IoFileError.thrown(IoFileError.BAD_DESCRIPTOR);
        }
        InputStream in = process.getInputStream();
        if (in.available() > 0) {
            return in.read(into);
        }
        return OsLibShell.patiently(state, process, () -> in.read(into));
    }

    @Override
    protected void put(byte[] bytes, int offset, int length) throws IOException {
        if (reads) {
            throw IoFileError.thrown(IoFileError.BAD_DESCRIPTOR);
        }
        OutputStream to = process.getOutputStream();
        OsLibShell.patiently(state, process, () -> {
            to.write(bytes, offset, length);
            to.flush();
            return length;
        });
    }

    @Override
    protected void release() throws IOException {
        abandon();
        OsLibShell.patiently(state, process, process::waitFor);
    }

    @Override
    protected void abandon() throws IOException {
        if (reads) {
            process.getInputStream().close();
        } else {
            process.getOutputStream().close();
        }
    }
}
