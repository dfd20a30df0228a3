package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;

/**
 * Bytes of the server in the command phase: those of the reply that is due are tracked and passed on, anything else is a
 * farewell. On the session's event loop.
 */
final class ReplyIntake {

    private final PhaseParts parts;
    private final Session session;
    private final ReplyTracker tracker;
    private final Interjections interjections;
    private final CommandPhase phase;

    private Farewell farewell;
    private boolean unread;
    private boolean broken;
    private int brokenAt;

    ReplyIntake(PhaseParts parts, Interjections interjections, CommandPhase phase) {
        this.parts = parts;
        this.session = parts.session();
        this.tracker = parts.tracker();
        this.interjections = interjections;
        this.phase = phase;
    }

    /** Whether the server has said nothing that it was not asked. */
    boolean quiet() {
        return farewell == null && !unread;
    }

    /**
     * Bytes of the server, taken over.
     *
     * @param exchange of the command; null for one that nobody watches
     * @param sending whether the command is still being sent
     * @return whether they began with some of the reply
     */
    boolean bytes(ByteBuf chunk, Exchange exchange, boolean sending) {
        if (farewell != null || !sending && isGoodbye(chunk)) {
            unasked(chunk);
            return false;
        }
        ByteBuf rest = reply(chunk, exchange, sending);
        unread = rest != null;
        if (tracker.infileRequested() && exchange != null && exchange.shifted()) {
            // the client's packets follow upon what it was sent
            parts.scanner().renumber(true);
        }
        interjections.replied();
        if (tracker.ended() && !sending) {
            try {
                phase.replyEnded();
            } catch (RuntimeException e) {
                ReferenceCountUtil.release(rest);
                throw e;
            }
        }
        if (rest != null) {
            // more than was asked for; the session may be closed by now
            leftOver(rest);
        }
        return true;
    }

    /** A server may say goodbye in the very moment in which a command is on its way to it. */
    private boolean isGoodbye(ByteBuf chunk) {
        return tracker.bytes() == 0
                && chunk.readableBytes() > Wire.HEADER_LENGTH
                && chunk.getByte(chunk.readerIndex() + Wire.HEADER_LENGTH - 1) == 0
                && chunk.getUnsignedByte(chunk.readerIndex() + Wire.HEADER_LENGTH) == ErrPacket.HEADER;
    }

    private void leftOver(ByteBuf rest) {
        if (session.closed()) {
            rest.release();
        } else {
            unasked(rest);
        }
    }

    /** Bytes of the reply; what does not belong to it any more comes back. */
    private ByteBuf reply(ByteBuf chunk, Exchange exchange, boolean sending) {
        ByteBuf part = chunk;
        ByteBuf rest = null;
        int next = nextForClient(exchange);
        try {
            if (speaksEarly(sending) && chunk.readableBytes() >= Wire.HEADER_LENGTH) {
                // the server does not wait for the end of the command or file: it has an error to tell
                tracker.expectSequence(
                        session.link().transport().compresses()
                                ? parts.scanner().nextSequence()
                                : chunk.getUnsignedByte(chunk.readerIndex() + 3));
            }
            int bytes = tracker.scan(chunk);
            if (bytes < chunk.readableBytes()) {
                part = chunk.readRetainedSlice(bytes);
                rest = chunk;
            }
        } catch (ProtocolViolationException e) {
            chunk.release();
            broken = true;
            brokenAt = next;
            throw e;
        }
        if (exchange == null) {
            session.write(part);
        } else {
            try {
                exchange.replyBytes(part);
            } catch (RuntimeException e) {
                ReferenceCountUtil.release(rest);
                throw e;
            }
        }
        return rest;
    }

    private boolean speaksEarly(boolean sending) {
        return sending && tracker.bytes() == 0 || interjections.fileUnderWay() && tracker.atBoundary();
    }

    /** Sequence id of a packet behind what the client has of the reply; -1 when that ends inside a packet. */
    private int nextForClient(Exchange exchange) {
        if (exchange != null && exchange.transforming()) {
            return exchange.nextForClient();
        }
        return tracker.bytes() == 0 || tracker.atBoundary() ? tracker.nextSequence() : -1;
    }

    /** Sequence id with which an ERR packet may end the reply that is under way; -1 where none is allowed. */
    int errorSequence(Exchange exchange, boolean sending) {
        if (exchange != null && !exchange.streaming()) {
            return exchange.errorSequence();
        }
        boolean over = tracker.ended() && (exchange == null || !exchange.transforming());
        if (over || tracker.infileRequested()) {
            return -1;
        }
        if (broken) {
            return brokenAt;
        }
        return sending && tracker.bytes() == 0 ? parts.scanner().nextSequence() : nextForClient(exchange);
    }

    /** The server speaks without being asked. */
    void unasked(ByteBuf chunk) {
        if (farewell == null) {
            farewell = new Farewell();
        }
        farewell.add(chunk)
                .ifPresent(
                        error -> session.close(CloseCause.BACKEND_CLOSED, error, error.code() + " " + error.message()));
    }

    /** Lets go of all buffers. */
    void release() {
        if (farewell != null) {
            farewell.release();
        }
    }
}
