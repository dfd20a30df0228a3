package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.message.EofPacket;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/** Tells rows from what ends them, on a hop that agreed on some capabilities. */
final class RowEnds {

    private static final int ERROR_CODE_END = Wire.HEADER_LENGTH + 3;

    private final boolean deprecateEof;
    private final boolean progress;

    RowEnds(Capabilities negotiated) {
        this.deprecateEof = negotiated.has(Capabilities.DEPRECATE_EOF);
        this.progress = negotiated.has(Capabilities.MARIADB_PROGRESS);
    }

    /** Whether enough of the packet at an index is there to say what it is, given that so many bytes are. */
    boolean enough(ByteBuf in, int at, int available) {
        return available > Wire.HEADER_LENGTH
                && (in.getUnsignedByte(at + Wire.HEADER_LENGTH) != ErrPacket.HEADER || available >= ERROR_CODE_END);
    }

    /** Whether the packet at an index is behind the last row: EOF, OK or ERR. */
    boolean at(ByteBuf in, int at) {
        int first = in.getUnsignedByte(at + Wire.HEADER_LENGTH);
        if (first == ErrPacket.HEADER) {
            return !progress(in, at);
        }
        return first == EofPacket.HEADER
                && in.getUnsignedMediumLE(at) < (deprecateEof ? Wire.MAX_PAYLOAD : EofPacket.LENGTH_LIMIT);
    }

    /** Whether the packet at an index, which begins as an ERR, is a report of progress. */
    boolean progress(ByteBuf in, int at) {
        return progress && in.getUnsignedShortLE(at + Wire.HEADER_LENGTH + 1) == ErrPacket.PROGRESS;
    }
}
