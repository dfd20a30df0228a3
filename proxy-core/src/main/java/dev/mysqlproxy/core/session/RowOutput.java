package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.session.RowWork.Outcome;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.message.ErrPacket;
import io.netty.buffer.ByteBuf;

/** Packets of a transformed reply, gathered for one write. On the session's event loop. */
final class RowOutput {

    private static final int LEAST = 256;

    private final Session session;
    private ByteBuf out;

    RowOutput(Session session) {
        this.session = session;
    }

    /**
     * Where to append.
     *
     * @param guess how many bytes may be expected
     */
    ByteBuf buffer(int guess) {
        if (out == null) {
            out = session.client().alloc().buffer(Math.max(LEAST, guess));
        }
        return out;
    }

    /**
     * Appends what becomes of a row.
     *
     * @param from its payload begins at the reader index
     * @param guess as for {@link #buffer}
     * @param sequence id of the packet it becomes
     * @return how many packets it takes, 0 when it is left out; -1 when it cannot be shown
     */
    int row(RowWork work, ByteBuf from, int length, int guess, int sequence) {
        ByteBuf to = buffer(guess);
        int header = PacketWriter.open(to);
        Outcome outcome = Outcome.FAILED;
        try {
            outcome = work.write(from, length, to);
        } finally {
            if (outcome != Outcome.WRITTEN) {
                to.writerIndex(header);
            }
        }
        return switch (outcome) {
            case WRITTEN -> PacketWriter.close(to, header, sequence);
            case LEFT_OUT -> 0;
            case FAILED -> -1;
        };
    }

    void error(ErrPacket error, int sequence) {
        ByteBuf to = buffer(0);
        int header = PacketWriter.open(to);
        error.encode(to);
        PacketWriter.close(to, header, sequence);
    }

    /** Sends what was appended to the client. */
    void write() {
        if (out != null) {
            ByteBuf ready = out;
            out = null;
            if (ready.isReadable()) {
                session.write(ready);
            } else {
                ready.release();
            }
        }
    }

    /** Lets go of it. */
    void release() {
        if (out != null) {
            out.release();
            out = null;
        }
    }
}
