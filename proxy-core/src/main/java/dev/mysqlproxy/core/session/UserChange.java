package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * The packets of a client's COM_CHANGE_USER, handed to the login that it is one by one until the server's verdict. On the
 * session's event loop.
 */
final class UserChange {

    private final PhaseParts parts;
    private final CommandPhase phase;
    private ChangeUser changing;

    UserChange(PhaseParts parts, CommandPhase phase) {
        this.parts = parts;
        this.phase = phase;
    }

    /** The command begins. */
    void start() {
        changing = new ChangeUser(parts.session(), parts.negotiated(), this::verdict);
    }

    /** Sequence id with which an ERR packet may be sent to the client. */
    int errorSequence() {
        return changing.errorSequence();
    }

    /** Whether the server has said its last word, which the client has not heard yet. */
    boolean lastWord() {
        return changing != null && changing.lastWord();
    }

    /** The server's part of the authentication; takes the chunk over. */
    void serverBytes(ByteBuf chunk) {
        changing.serverBytes(chunk);
    }

    /** The command itself, then the client's part of the authentication; false when more of it must arrive first. */
    boolean client(ByteBuf input) {
        int available = input.readableBytes();
        if (available < Wire.HEADER_LENGTH) {
            return false;
        }
        boolean further = changing.errorSequence() > 0;
        if (further && input.getByte(input.readerIndex() + Wire.HEADER_LENGTH - 1) == 0) {
            // the next command, which has to wait
            return false;
        }
        int length = input.getUnsignedMediumLE(input.readerIndex());
        if (length > Limits.LOGIN_PACKET) {
            throw new ProtocolViolationException("COM_CHANGE_USER of " + length + " bytes");
        }
        if (available < Wire.HEADER_LENGTH + length) {
            return false;
        }
        if (!further) {
            // now that all of it is there
            parts.schema().sending(CommandCode.COM_CHANGE_USER, input);
        }
        ByteBuf packet = input.readRetainedSlice(Wire.HEADER_LENGTH + length);
        phase.used();
        try {
            changing.client(packet);
        } finally {
            packet.release();
        }
        return true;
    }

    /** The server's last word, numbered for the client. */
    private void verdict(ByteBuf last) {
        int sequence = last.getUnsignedByte(Wire.HEADER_LENGTH - 1);
        parts.schema().account(changing.account());
        release();
        phase.userChanged(sequence, last);
    }

    /** Lets go of what it holds. */
    void release() {
        if (changing != null) {
            changing.release();
            changing = null;
        }
    }
}
