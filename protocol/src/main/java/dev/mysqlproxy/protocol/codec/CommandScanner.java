package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * Follows what a client sends as one message: a command of one or more packets, or a file of many packets up to an
 * empty one. Works on chunks in place, whatever their boundaries; allocates nothing after construction; one event loop.
 */
public final class CommandScanner {

    private boolean file;
    private boolean renumber;
    private int expectedSequence;
    private int payloadLeft;
    private int header;
    private int headerLength;
    private boolean continues;
    private boolean ended;
    private long bytes;

    /** A command begins; its first packet has sequence id 0. */
    public void startCommand() {
        start(false, 0);
    }

    /** One packet of a conversation begins, an answer in an authentication for example. */
    public void startPacket(int sequenceId) {
        start(false, sequenceId);
    }

    /** The contents of a file begin. */
    public void startFile(int firstSequence) {
        start(true, firstSequence);
    }

    private void start(boolean isFile, int firstSequence) {
        file = isFile;
        expectedSequence = firstSequence & 0xff;
        payloadLeft = 0;
        headerLength = 0;
        continues = false;
        ended = false;
        bytes = 0;
    }

    /**
     * Sequence ids are not checked but set, so that they follow each other, and chunks are changed for it. For clients
     * that compress: theirs go on with the compressed packet's id.
     */
    public void renumber(boolean wanted) {
        renumber = wanted;
    }

    /** Whether the message is complete. */
    public boolean ended() {
        return ended;
    }

    /** One more than the sequence id of the last packet. */
    public int nextSequence() {
        return expectedSequence;
    }

    /** Bytes seen, headers included. */
    public long bytes() {
        return bytes;
    }

    /**
     * Scans the readable bytes of a chunk, without changing it unless told to {@link #renumber}.
     *
     * @return how many of them belong to the message
     * @throws ProtocolViolationException when a sequence id is wrong
     */
    public int scan(ByteBuf chunk) {
        int start = chunk.readerIndex();
        int end = chunk.writerIndex();
        int at = start;
        while (at < end && !ended) {
            if (payloadLeft > 0) {
                int here = Math.min(payloadLeft, end - at);
                payloadLeft -= here;
                at += here;
                ended = payloadLeft == 0 && !continues && !file;
            } else {
                if (renumber && headerLength == Wire.HEADER_LENGTH - 1) {
                    chunk.setByte(at, expectedSequence);
                }
                header = header >>> 8 | (chunk.getByte(at++) & 0xff) << 24;
                if (++headerLength == Wire.HEADER_LENGTH) {
                    headerLength = 0;
                    header();
                }
            }
        }
        bytes += at - start;
        return at - start;
    }

    private void header() {
        int sequence = header >>> 24;
        if (sequence != expectedSequence) {
            throw new ProtocolViolationException("sequence id " + sequence + " where " + expectedSequence + " was due");
        }
        expectedSequence = sequence + 1 & 0xff;
        payloadLeft = header & Wire.MAX_PAYLOAD;
        if (payloadLeft == 0) {
            // after a full packet an empty one only ends that payload, which in a file is not the file's end
            ended = !continues || !file;
        }
        continues = payloadLeft == Wire.MAX_PAYLOAD;
    }
}
