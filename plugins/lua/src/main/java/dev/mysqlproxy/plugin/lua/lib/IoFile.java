package dev.mysqlproxy.plugin.lua.lib;

import java.io.IOException;

/**
 * An open file of a script: reads through a buffer, writes at once. The script's thread uses it; the cleaner's thread
 * closes it when the script has forgotten it, hence the locks. What fails is an IOException for {@link IoFileError}.
 */
abstract class IoFile {

    static final int END = -1;

    private static final byte[] NOTHING = {};
    private static final int BUFFER = 8192;

    private byte[] buffer = NOTHING;
    private int at;
    private int end;
    private boolean closed;

    /** Next bytes from the source into the buffer; the number of bytes, or {@link #END}. */
    protected abstract int fill(byte[] into) throws IOException;

    /** Writes all of it. */
    protected abstract void put(byte[] bytes, int offset, int length) throws IOException;

    /** Position in the source from which the next {@link #fill} would come. */
    protected long position() throws IOException {
        throw IoFileError.thrown(IoFileError.ILLEGAL_SEEK);
    }

    protected long size() throws IOException {
        throw IoFileError.thrown(IoFileError.ILLEGAL_SEEK);
    }

    protected void position(long to) throws IOException {
        throw IoFileError.thrown(IoFileError.ILLEGAL_SEEK);
    }

    /** Lets go of what the system holds for it; called once. */
    protected abstract void release() throws IOException;

    /** As {@link #release}, on the cleaner's thread, which must not wait for anybody. */
    protected void abandon() throws IOException {
        release();
    }

    protected void sync() throws IOException {}

    /** Standard streams refuse to be closed. */
    boolean closeable() {
        return true;
    }

    final synchronized boolean closed() {
        return closed;
    }

    /** The next byte, left where it is, or {@link #END}. */
    final synchronized int peek() throws IOException {
        return at < end || more() ? buffer[at] & 0xff : END;
    }

    /** Steps over what {@link #peek} saw. */
    final synchronized void skip() {
        at++;
    }

    /** Up to so many bytes, at least one; or {@link #END}. */
    final synchronized int read(byte[] into, int offset, int length) throws IOException {
        if (at == end && !more()) {
            return END;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(buffer, at, into, offset, count);
        at += count;
        return count;
    }

    /** Bytes in the buffer up to a newline, which is not counted; or {@code -1 - n} when all n bytes hold none. */
    final synchronized int untilNewline() throws IOException {
        if (at == end && !more()) {
            return -1;
        }
        for (int i = at; i < end; i++) {
            if (buffer[i] == '\n') {
                return i - at;
            }
        }
        return -1 - (end - at);
    }

    private boolean more() throws IOException {
        if (buffer.length == 0) {
            buffer = new byte[BUFFER];
        }
        at = 0;
        end = 0;
        int count = fill(buffer);
        end = Math.max(0, count);
        return count > 0;
    }

    final synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (at < end) {
            position(position() - (end - at));
        }
        at = 0;
        end = 0;
        put(bytes, offset, length);
    }

    /**
     * Moves.
     *
     * @param whence set, cur or end
     * @return the new position in bytes from the start
     */
    final synchronized long seek(String whence, long offset) throws IOException {
        long base = switch (whence) {
            case "cur" -> position() - (end - at);
            case "end" -> size();
            default -> 0;
        };
        long target = base + offset;
        if (target < 0) {
            throw IoFileError.thrown(IoFileError.INVALID_ARGUMENT);
        }
        position(target);
        at = 0;
        end = 0;
        return target;
    }

    final synchronized void flush() throws IOException {
        sync();
    }

    final synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            release();
        }
    }

    /** Nobody can reach it any more. */
    final synchronized void forgotten() {
        if (!closed) {
            closed = true;
            try {
                abandon();
            } catch (IOException e) {
                // what was written is written, and there is nobody left to tell
            }
        }
    }
}
