package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.CommandScanner;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * What a client may say while the server's reply is under way: a file that was asked for, its part of an authentication,
 * an acknowledgement in a stream. Anything else is the next command of a pipeline, which waits.
 */
final class Interjections {

    /** The bytes are of a command that must wait for the end of the reply. */
    static final int WAIT = -1;

    /** The client has gone on, which is how a reply of unknown shape ends. */
    static final int NEXT_COMMAND = -2;

    private final ReplyTracker tracker;
    private final CommandScanner scanner;
    private boolean file;

    Interjections(ReplyTracker tracker, CommandScanner scanner) {
        this.tracker = tracker;
        this.scanner = scanner;
    }

    /** A command was sent: nothing is under way yet. */
    void reset() {
        file = false;
    }

    /** The server has said something; it may have asked for a file. */
    void replied() {
        if (tracker.infileRequested() && !file) {
            file = true;
            scanner.startFile(tracker.nextSequence());
        }
    }

    /** Whether the client is sending a file. */
    boolean fileUnderWay() {
        return file;
    }

    /** How many bytes of the input to pass on now, or one of the constants. */
    int take(ByteBuf input) {
        if (file) {
            int bytes = scanner.scan(input);
            if (scanner.ended()) {
                file = false;
                tracker.infileSent(scanner.nextSequence());
            }
            return bytes;
        }
        return switch (tracker.shape()) {
            case AUTHENTICATION -> authentication(input);
            case STREAM -> acknowledgement(input);
            case OPAQUE -> opaque(input);
            default -> WAIT;
        };
    }

    private int authentication(ByteBuf input) {
        if (scanner.ended()) {
            scanner.startPacket(tracker.nextSequence());
        }
        int bytes = scanner.scan(input);
        if (scanner.ended()) {
            tracker.expectSequence(scanner.nextSequence());
        }
        return bytes;
    }

    /** Whatever its sequence id: these are the client's own. */
    private int acknowledgement(ByteBuf input) {
        if (scanner.ended()) {
            if (input.readableBytes() < Wire.HEADER_LENGTH) {
                return WAIT;
            }
            scanner.startPacket(input.getUnsignedByte(input.readerIndex() + Wire.HEADER_LENGTH - 1));
        }
        return scanner.scan(input);
    }

    private int opaque(ByteBuf input) {
        if (scanner.ended()) {
            if (input.readableBytes() < Wire.HEADER_LENGTH) {
                return WAIT;
            }
            int sequence = input.getUnsignedByte(input.readerIndex() + 3);
            if (sequence == 0) {
                return tracker.bytes() == 0 || !tracker.atBoundary() ? WAIT : NEXT_COMMAND;
            }
            scanner.startPacket(sequence);
        }
        return scanner.scan(input);
    }
}
