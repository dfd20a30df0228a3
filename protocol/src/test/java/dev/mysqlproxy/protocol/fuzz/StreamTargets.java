package dev.mysqlproxy.protocol.fuzz;

import dev.mysqlproxy.protocol.codec.CommandScanner;
import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.codec.ResultReader;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import dev.mysqlproxy.testing.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Streams of packets: what comes of them must not depend on how the network cuts them up. */
final class StreamTargets {

    /** Bytes of settings before a reply: capabilities, shape, bytes up to the client's file. */
    private static final int REPLY_SETTINGS = 8 + 1 + 1;

    private static final int ASSEMBLER_LIMIT = 1_000;
    private static final ReplyShape[] SHAPES = ReplyShape.values();

    private StreamTargets() {}

    static List<FuzzTarget> all() {
        return List.of(
                new PayloadTarget("reply", Inputs.replies(), REPLY_SETTINGS, StreamTargets::reply),
                new PayloadTarget("result-reader", Inputs.replies(), REPLY_SETTINGS, StreamTargets::result),
                new PayloadTarget("assembler", clientStreams(), 0, StreamTargets::assembled),
                new PayloadTarget("command-scanner", scannerSeeds(), 2, StreamTargets::command));
    }

    private static List<byte[]> clientStreams() {
        List<byte[]> commands = Inputs.commands();
        List<byte[]> streams = new ArrayList<>();
        for (int i = 0; i < commands.size(); i += 3) {
            int from = i;
            streams.add(Inputs.encoded(out -> commands.subList(from, Math.min(commands.size(), from + 3))
                    .forEach(command ->
                            out.writeMediumLE(command.length).writeByte(0).writeBytes(command))));
        }
        streams.add(Capture.bytes("010000 00 61*1 ffffff 01 62*300"));
        return streams;
    }

    private static List<byte[]> scannerSeeds() {
        return Stream.concat(
                        clientStreams().stream().map(stream -> Inputs.joined(new byte[] {0, 0}, stream)),
                        Stream.of(Capture.bytes("01 03 020000 03 6162 020000 04 6364 000000 05")))
                .toList();
    }

    // --- replies ----------------------------------------------------------------------------------------------------

    private static String reply(ByteBuf input) {
        if (input.readableBytes() < REPLY_SETTINGS) {
            return "no settings";
        }
        Capabilities capabilities = new Capabilities(input.readLongLE());
        ReplyShape shape = SHAPES[input.readUnsignedByte() % SHAPES.length];
        int clientSpeaksAt = input.readUnsignedByte();
        ReplyTracker tracker = new ReplyTracker(capabilities);
        byte[] bytes = Inputs.joined(rest(input));
        String whole = follow(tracker, shape, bytes, clientSpeaksAt, new Chunks(bytes, bytes.length));
        for (Chunks chunks : List.of(new Chunks(bytes, 1), new Chunks(bytes, -1), new Chunks(bytes, 0))) {
            Checks.equal(follow(tracker, shape, bytes, clientSpeaksAt, chunks), whole, "in " + chunks);
        }
        return whole.replaceAll("(?s) after .*", "");
    }

    private static byte[] rest(ByteBuf input) {
        byte[] bytes = new byte[input.readableBytes()];
        input.readBytes(bytes);
        return bytes;
    }

    private static String follow(
            ReplyTracker tracker, ReplyShape shape, byte[] bytes, int clientSpeaksAt, Chunks chunks) {
        tracker.serverStatus(0);
        tracker.start(shape, 1);
        int at = 0;
        try {
            for (int end : new int[] {Math.min(clientSpeaksAt, bytes.length), bytes.length}) {
                while (at < end && !tracker.ended()) {
                    ByteBuf chunk = chunks.next(at, end);
                    int length = chunk.readableBytes();
                    int taken = tracker.scan(chunk);
                    Checks.holds(taken >= 0 && taken <= length, () -> "took " + taken);
                    Checks.holds(taken == length || tracker.ended(), () -> "took less, but has not ended");
                    Checks.equal(chunk.readableBytes(), length, "a chunk's indices");
                    at += taken;
                }
                if (tracker.infileRequested() && tracker.atBoundary()) {
                    tracker.infileSent(tracker.nextSequence() + 2);
                } else if (shape == ReplyShape.AUTHENTICATION && tracker.atBoundary()) {
                    tracker.expectSequence(tracker.nextSequence() + 1);
                }
            }
        } catch (ProtocolViolationException e) {
            return FuzzTarget.refusal(e);
        }
        Checks.equal(tracker.bytes(), (long) at, "bytes");
        return (tracker.ended() ? "ended" : "waiting") + tracker.failed() + Math.min(3, tracker.rows())
                + Math.min(3, tracker.resultSets()) + tracker.infileRequested() + tracker.opaque()
                + (tracker.newSchema() == null) + tracker.sqlState().length() + " after " + at + " with "
                + tracker.rows() + " " + tracker.resultSets() + " " + tracker.affectedRows() + " "
                + tracker.lastInsertId() + " " + tracker.warnings() + " " + tracker.serverStatus() + " "
                + tracker.errorCode() + tracker.sqlState() + tracker.errorMessage() + tracker.newSchema();
    }

    /** Cuts chunks: of one size, of random sizes when that is below 1; not contiguous ones when it is 0. */
    private static final class Chunks {
        private final byte[] bytes;
        private final int size;
        private final RandomGenerator random;

        Chunks(byte[] bytes, int size) {
            this.bytes = bytes;
            this.size = size;
            this.random = FuzzTarget.chunksOf(bytes);
        }

        ByteBuf next(int from, int end) {
            int length = Math.min(end - from, size > 0 ? size : 1 + random.nextInt(40));
            ByteBuf chunk = Unpooled.wrappedBuffer(bytes, from, length);
            if (size != 0) {
                return chunk;
            }
            CompositeByteBuf pieces = Unpooled.compositeBuffer();
            int middle = random.nextInt(length + 1);
            return pieces.addComponents(true, chunk.slice(0, middle), chunk.slice(middle, length - middle));
        }

        @Override
        public String toString() {
            return "chunks of " + size;
        }
    }

    private static String result(ByteBuf input) {
        if (input.readableBytes() < REPLY_SETTINGS) {
            return "no settings";
        }
        Capabilities capabilities = new Capabilities(input.readLongLE());
        boolean binary = SHAPES[input.readUnsignedByte() % SHAPES.length] == ReplyShape.EXECUTE;
        input.skipBytes(1);
        ResultReader reader = ResultReader.of(ResultReader.cut(input), capabilities, binary);
        int rows = 0;
        for (List<byte[]> row : reader.rows()) {
            Checks.equal(row.size(), reader.columns().size(), "values");
            rows++;
        }
        return Math.min(3, rows) + " rows of " + Math.min(3, reader.columns().size()) + binary;
    }

    // --- what clients send ------------------------------------------------------------------------------------------

    private static String assembled(ByteBuf input) {
        byte[] bytes = rest(input);
        String whole = assembled(bytes, new Chunks(bytes, Math.max(1, bytes.length)));
        Checks.equal(assembled(bytes, new Chunks(bytes, 1)), whole, "byte by byte");
        Checks.equal(assembled(bytes, new Chunks(bytes, -1)), whole, "in random chunks");
        return whole.replaceAll("(\\[\\d+\\]){3,}", "many").replaceAll("\\d+", "#");
    }

    private static String assembled(byte[] bytes, Chunks chunks) {
        PacketAssembler assembler = new PacketAssembler(ASSEMBLER_LIMIT);
        StringBuilder log = new StringBuilder();
        int cut = 0;
        try {
            for (int at = 0; at < bytes.length; ) {
                ByteBuf chunk = chunks.next(at, bytes.length).retain();
                at += chunk.readableBytes();
                assembler.add(chunk);
                for (ByteBuf packet = assembler.next(); packet != null; packet = assembler.next()) {
                    cut += packet.readableBytes();
                    log.append('[').append(packet.readableBytes()).append(']');
                    packet.release();
                }
                Checks.equal(assembler.pendingBytes(), at - cut, "bytes kept");
            }
            ByteBuf last = assembler.takeRest();
            if (last != null) {
                log.append(last.readableBytes());
                last.release();
            }
        } catch (ProtocolViolationException e) {
            log.append(FuzzTarget.refusal(e));
            assembler.release();
        }
        return log.toString();
    }

    private static String command(ByteBuf input) {
        if (input.readableBytes() < 2) {
            return "no settings";
        }
        int mode = input.readUnsignedByte() % 3;
        int sequence = input.readUnsignedByte();
        byte[] bytes = rest(input);
        CommandScanner scanner = new CommandScanner();
        String whole = command(scanner, mode, sequence, bytes, new Chunks(bytes, Math.max(1, bytes.length)));
        Checks.equal(command(scanner, mode, sequence, bytes, new Chunks(bytes, 1)), whole, "byte by byte");
        Checks.equal(command(scanner, mode, sequence, bytes, new Chunks(bytes, -1)), whole, "in random chunks");
        return mode + whole.replaceAll("\\d{2,}", "#");
    }

    private static String command(CommandScanner scanner, int mode, int sequence, byte[] bytes, Chunks chunks) {
        switch (mode) {
            case 0 -> scanner.startCommand();
            case 1 -> scanner.startFile(sequence);
            default -> scanner.startPacket(sequence);
        }
        int at = 0;
        try {
            while (at < bytes.length && !scanner.ended()) {
                ByteBuf chunk = chunks.next(at, bytes.length);
                int taken = scanner.scan(chunk);
                Checks.holds(taken == chunk.readableBytes() || scanner.ended(), () -> "took " + taken);
                at += taken;
            }
        } catch (ProtocolViolationException e) {
            return FuzzTarget.refusal(e);
        }
        Checks.equal(scanner.bytes(), (long) at, "bytes");
        return (scanner.ended() ? "ended after " : "waiting after ") + at + " next " + scanner.nextSequence();
    }
}
