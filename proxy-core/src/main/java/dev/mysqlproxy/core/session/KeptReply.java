package dev.mysqlproxy.core.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;

/** Bytes of a reply that does not go straight to the client, up to a limit. On the session's event loop. */
final class KeptReply {

    private CompositeByteBuf kept;
    private boolean tooLarge;

    /**
     * Keeps bytes, which are taken over.
     *
     * @param wanted false when the reply only has to be followed
     * @param most bytes to keep in all
     */
    void add(ByteBuf bytes, boolean wanted, int most) {
        if (kept == null) {
            kept = bytes.alloc().compositeBuffer(Integer.MAX_VALUE);
        }
        tooLarge |= wanted && kept.readableBytes() + bytes.readableBytes() > most;
        if (wanted && !tooLarge) {
            kept.addComponent(true, bytes);
        } else {
            bytes.release();
            drop();
        }
    }

    /** Whether there was more of it than may be kept. */
    boolean tooLarge() {
        return tooLarge;
    }

    /** All of it, borrowed; null when nothing was kept. */
    ByteBuf bytes() {
        return kept;
    }

    /** All of it, as the caller's. */
    ByteBuf take() {
        ByteBuf all = kept;
        kept = null;
        return all;
    }

    /** The next reply begins. */
    void reset() {
        drop();
        tooLarge = false;
    }

    /** Lets go of the bytes. */
    void drop() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }
}
