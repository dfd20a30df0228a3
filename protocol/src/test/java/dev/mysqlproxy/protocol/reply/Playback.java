package dev.mysqlproxy.protocol.reply;

import dev.mysqlproxy.testing.Capture;
import dev.mysqlproxy.testing.Capture.Part;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** Feeds a capture to a tracker in chunks and insists on what holds at each of them. */
final class Playback {

    /** The beginning of another reply, which must be left alone. */
    private static final byte[] NEXT = {7, 0, 0, 1, 0, 0, 0};

    private final Capture capture;
    private final List<Part> parts;
    private final List<ByteBuf> buffers;
    private final int length;

    Playback(Capture capture) {
        this.capture = capture;
        this.parts = capture.parts();
        // in one piece, or nothing is skimmed
        this.buffers = parts.stream()
                .map(part -> Unpooled.copiedBuffer(part.bytes(), NEXT))
                .toList();
        this.length = parts.stream()
                .filter(Part::fromServer)
                .mapToInt(part -> part.bytes().length)
                .sum();
    }

    /** Bytes of the server. */
    int length() {
        return length;
    }

    ReplyTracker start() {
        ReplyTracker tracker = new ReplyTracker(capture.capabilities());
        restart(tracker);
        return tracker;
    }

    void restart(ReplyTracker tracker) {
        tracker.serverStatus(Outcome.NO_STATUS);
        tracker.start(ReplyShape.of(capture.code()), 1);
    }

    /** In chunks of that many bytes; the chunk that ends the reply goes on with another one. */
    void inChunksOf(ReplyTracker tracker, int size) {
        for (int i = 0; i < parts.size(); i++) {
            int end = parts.get(i).bytes().length;
            if (!parts.get(i).fromServer()) {
                clientSpeaks(tracker, i);
                continue;
            }
            for (int at = 0; at < end; at += size) {
                feed(tracker, i, at, Math.min(end, at + size));
            }
        }
        end(tracker);
    }

    /** In two chunks that meet {@code split} bytes after the reply's beginning. */
    void splitAt(ReplyTracker tracker, int split) {
        int before = 0;
        for (int i = 0; i < parts.size(); i++) {
            int end = parts.get(i).bytes().length;
            if (!parts.get(i).fromServer()) {
                clientSpeaks(tracker, i);
                continue;
            }
            int middle = Math.min(Math.max(split - before, 0), end);
            feed(tracker, i, 0, middle);
            feed(tracker, i, middle, end);
            before += end;
        }
        end(tracker);
    }

    private void feed(ReplyTracker tracker, int part, int from, int to) {
        int partLength = parts.get(part).bytes().length;
        boolean last = part == parts.size() - 1 && to == partLength;
        ByteBuf chunk = buffers.get(part);
        chunk.setIndex(from, last ? partLength + NEXT.length : to);
        check(!tracker.ended() || from == to, "ended before its end");
        int taken = tracker.scan(chunk);
        check(taken == to - from, "took " + taken + " bytes of " + (to - from));
        check(chunk.readerIndex() == from, "moved the chunk's index");
        check(tracker.ended() == last || from == to, "ended " + tracker.ended() + " after byte " + to);
    }

    private void clientSpeaks(ReplyTracker tracker, int part) {
        check(tracker.atBoundary(), "not at a packet boundary when the client speaks");
        int next = parts.get(part).lastSequence() + 1;
        if (tracker.shape() == ReplyShape.AUTHENTICATION) {
            tracker.expectSequence(next);
        } else {
            check(tracker.infileRequested(), "no file requested");
            tracker.infileSent(next);
            check(!tracker.infileRequested(), "file still requested");
        }
    }

    private void end(ReplyTracker tracker) {
        check(tracker.ended(), "not ended");
        check(tracker.bytes() == length, "counted " + tracker.bytes() + " bytes");
        Outcome expected = Outcome.expected(capture);
        check(Outcome.of(tracker).equals(expected), Outcome.of(tracker) + " where it should be " + expected);
        check(tracker.failed() == (expected.errorCode() != 0), "failed " + tracker.failed());
    }

    private void check(boolean holds, String otherwise) {
        // millions of times: too many for an assertion object each
        if (!holds) {
            throw new AssertionError(capture + ": " + otherwise);
        }
    }
}
