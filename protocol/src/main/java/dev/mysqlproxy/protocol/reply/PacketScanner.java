package dev.mysqlproxy.protocol.reply;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Finds packets in a stream of chunks, in place: it reads the headers and hands the first bytes of those payloads that
 * matter to its subclass, whatever the chunk boundaries. Allocates nothing after construction; one event loop.
 */
abstract class PacketScanner {

    /** Bytes of a payload that a subclass gets to see at most: enough for an ERR with its message. */
    static final int HEAD_LIMIT = 1 + 2 + 6 + 512;

    /** First bytes from here on may mean something else than a row: EOF, OK or ERR. */
    static final int SKIM_LIMIT = 0xfe;

    private static final int SEQUENCE_OFFSET = 3;
    private static final int SEQUENCE_SHIFT = 24;
    private static final int FIRST_SHIFT = 32;

    /** The first bytes of the packet at hand. */
    private final byte[] head = new byte[HEAD_LIMIT];

    private int packetLength;
    private int headWanted;
    private int headLength;

    private int headerLength;
    private int header;
    private int payloadLeft;
    private boolean continuation;

    private boolean skimming;
    private long skimmed;

    private int expectedSequence;
    private boolean checkSequence;
    private boolean renumber;
    private boolean ended;
    private long bytes;

    /** Starts at a packet boundary. */
    final void reset(int firstSequence, boolean check) {
        headWanted = 0;
        headLength = 0;
        headerLength = 0;
        payloadLeft = 0;
        continuation = false;
        expectedSequence = firstSequence & 0xff;
        checkSequence = check;
        ended = false;
        bytes = 0;
        skimming = false;
        skimmed = 0;
    }

    /**
     * Whether packets that begin with less than {@link #SKIM_LIMIT} need no {@link #begin} for now: whole ones are then
     * only counted, in a loop as tight as can be. Result sets of many small rows are what this is for.
     */
    final void skim(boolean wanted) {
        skimming = wanted;
    }

    /** Packets counted so. */
    final long skimmed() {
        return skimmed;
    }

    /**
     * A packet begins. Called for its first byte; not for an empty packet, nor for the continuation of a payload of
     * 16 MiB.
     *
     * @return how many bytes of the payload {@link #packet} needs; 0 when the packet is done with by this call
     */
    abstract int begin(int first, int length);

    /** The asked-for bytes of the packet are there and the packet is complete. */
    abstract void packet(byte[] headBytes, int available, int length);

    /** A packet without a payload, which does not continue another one. */
    abstract void emptyPacket();

    /** What is being waited for, for messages. */
    abstract String state();

    /** The reply ends with the packet at hand. */
    final void end() {
        ended = true;
    }

    /** Whether the reply has ended. */
    public final boolean ended() {
        return ended && atBoundary();
    }

    /** Whether the bytes seen so far end with a whole packet. */
    public final boolean atBoundary() {
        return payloadLeft == 0 && headerLength == 0 && headWanted == 0 && !continuation;
    }

    /** The sequence id that the next packet should have. */
    public final int nextSequence() {
        return expectedSequence;
    }

    /** The peer of whom these packets are not has sent some; the next one here has this sequence id. */
    public final void expectSequence(int sequenceId) {
        expectedSequence = sequenceId & 0xff;
    }

    /**
     * Sequence ids are not checked but set, so that they follow each other, and chunks are changed for it. For servers
     * that compress: theirs go on with the compressed packet's id behind each result.
     */
    public final void renumber(boolean wanted) {
        renumber = wanted;
    }

    /** Bytes seen, headers included. */
    public final long bytes() {
        return bytes;
    }

    /**
     * Scans the readable bytes of a chunk, without changing it unless told to {@link #renumber}.
     *
     * @return how many of them belong to the reply: all of them unless {@link #ended()}
     * @throws ProtocolViolationException when they cannot be such a reply
     */
    public final int scan(ByteBuf chunk) {
        int start = chunk.readerIndex();
        int end = chunk.writerIndex();
        int at = start;
        while (at < end) {
            if (payloadLeft > 0) {
                int here = Math.min(payloadLeft, end - at);
                if (headLength < headWanted) {
                    int part = Math.min(headWanted - headLength, here);
                    chunk.getBytes(at, head, headLength, part);
                    headLength += part;
                }
                payloadLeft -= here;
                at += here;
                if (payloadLeft == 0 && headWanted > 0) {
                    endOfHead();
                }
            } else if (ended && !continuation) {
                break;
            } else if (headerLength == 0 && end - at > Wire.HEADER_LENGTH) {
                if (skimming && !continuation) {
                    at = skim(chunk, at, end);
                    if (end - at <= Wire.HEADER_LENGTH) {
                        continue;
                    }
                }
                if (renumber) {
                    chunk.setByte(at + SEQUENCE_OFFSET, expectedSequence);
                }
                int word = chunk.getIntLE(at);
                at += Wire.HEADER_LENGTH;
                header(word, chunk.getByte(at) & 0xff);
            } else if (headerLength < Wire.HEADER_LENGTH) {
                if (renumber && headerLength == SEQUENCE_OFFSET) {
                    chunk.setByte(at, expectedSequence);
                }
                header = header >>> 8 | (chunk.getByte(at++) & 0xff) << SEQUENCE_SHIFT;
                headerLength++;
                if (headerLength == Wire.HEADER_LENGTH && (header & Wire.MAX_PAYLOAD) == 0) {
                    headerLength = 0;
                    header(header, 0);
                }
            } else {
                headerLength = 0;
                header(header, chunk.getByte(at) & 0xff);
            }
        }
        bytes += at - start;
        return at - start;
    }

    /** Passes over whole packets that are rows; stops at the first that is something else or not all there. */
    private int skim(ByteBuf chunk, int from, int end) {
        if (chunk.nioBufferCount() != 1) {
            return from;
        }
        ByteBuffer view = chunk.internalNioBuffer(from, end - from);
        int shift = view.position() - from;
        int at = from;
        int sequence = expectedSequence;
        long count = 0;
        while (end - at >= Long.BYTES) {
            // header and first byte in one look; not view.order(): the view is the buffer's own and keeps what is set
            // on it
            long word = Long.reverseBytes(view.getLong(shift + at));
            int length = (int) word & Wire.MAX_PAYLOAD;
            if ((word >>> FIRST_SHIFT & 0xff) >= SKIM_LIMIT
                    || ((int) word >>> SEQUENCE_SHIFT) != sequence && !renumber
                    || length == Wire.MAX_PAYLOAD
                    || length == 0
                    || length > end - at - Wire.HEADER_LENGTH) {
                break;
            }
            if (renumber) {
                view.put(shift + at + SEQUENCE_OFFSET, (byte) sequence);
            }
            at += Wire.HEADER_LENGTH + length;
            sequence = sequence + 1 & 0xff;
            count++;
        }
        expectedSequence = sequence;
        skimmed += count;
        return at;
    }

    private void header(int word, int first) {
        int length = word & Wire.MAX_PAYLOAD;
        int sequence = word >>> SEQUENCE_SHIFT;
        if (sequence != expectedSequence && checkSequence) {
            throw new ProtocolViolationException(
                    "sequence id " + sequence + " where " + expectedSequence + " was due, waiting for " + state());
        }
        expectedSequence = sequence + 1 & 0xff;
        boolean continued = continuation;
        continuation = length == Wire.MAX_PAYLOAD;
        payloadLeft = length;
        if (continued) {
            return;
        }
        if (length == 0) {
            emptyPacket();
            return;
        }
        headLength = 0;
        packetLength = length;
        headWanted = Math.min(begin(first, length), Math.min(length, HEAD_LIMIT));
    }

    private void endOfHead() {
        int available = headLength;
        headWanted = 0;
        headLength = 0;
        packet(head, available, packetLength);
    }
}
