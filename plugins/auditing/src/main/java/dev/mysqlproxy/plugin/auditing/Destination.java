package dev.mysqlproxy.plugin.auditing;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where lines go. The writer's thread, except where said. */
interface Destination {

    /**
     * Writes whole lines; may wait. When it fails, what is left in the buffer is what is still to be written, from the
     * beginning of a line where that is possible.
     */
    void write(ByteBuffer lines) throws IOException;

    /** Makes what was written outlast a crash of the machine, where it can. */
    default void force() throws IOException {}

    /** Bytes of the longest line that it takes. */
    default int longestLine() {
        return Integer.MAX_VALUE;
    }

    /** What comes now goes into a new file; false when it has none. */
    default boolean rotate() throws IOException {
        return false;
    }

    /** Name for the operator. Any thread. */
    String name();

    /** Bytes of the present file; 0 when it has none. Any thread. */
    default long size() {
        return 0;
    }

    /** Files begun because the one before was full or old. Any thread. */
    default long rotations() {
        return 0;
    }

    void close();
}
