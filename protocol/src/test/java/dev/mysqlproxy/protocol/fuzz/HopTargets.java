package dev.mysqlproxy.protocol.fuzz;

import dev.mysqlproxy.protocol.compress.CompressedReader;
import dev.mysqlproxy.protocol.compress.CompressedWriter;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeader;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeaderReader;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeaderWriter;
import dev.mysqlproxy.protocol.proxyheader.Tlv;
import dev.mysqlproxy.protocol.proxyheader.UnixName;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/** What lies below the packets of a hop: compression and the PROXY header. */
final class HopTargets {

    /** A thousand times as much may be in it. */
    private static final int LONGEST_COMPRESSED = 600;

    private static final String REFUSED = "refused for ";

    private HopTargets() {}

    static List<FuzzTarget> all() {
        return List.of(
                PayloadTarget.of(
                        "zlib",
                        compressed(() -> CompressedWriter.zlib(6, 50)),
                        input -> decompressed(input, CompressedReader::zlib)),
                PayloadTarget.of(
                        "zstd",
                        compressed(() -> CompressedWriter.zstd(3, 50)),
                        input -> decompressed(input, CompressedReader::zstd)),
                PayloadTarget.of("proxy-header", proxyHeaders(), HopTargets::proxyHeader));
    }

    // --- compression ------------------------------------------------------------------------------------------------

    private static List<byte[]> compressed(Supplier<CompressedWriter> writers) {
        List<byte[]> all = new ArrayList<>();
        for (String text : List.of("select 1", "select 'a' ".repeat(20), "x".repeat(70_000))) {
            ByteBuf plain = Unpooled.directBuffer();
            ByteBuf stream = Unpooled.buffer();
            try (CompressedWriter writer = writers.get()) {
                for (int i = 0; i < 3; i++) {
                    plain.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
                    ByteBuf packet = writer.packet(PooledByteBufAllocator.DEFAULT, plain, 100_000);
                    stream.writeBytes(packet);
                    packet.release();
                }
            } finally {
                plain.release();
            }
            all.add(bytes(stream));
        }
        return all;
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    private static String decompressed(ByteBuf input, Supplier<CompressedReader> readers) {
        if (input.readableBytes() > LONGEST_COMPRESSED) {
            return "too long";
        }
        byte[] bytes = bytes(input);
        RandomGenerator random = FuzzTarget.chunksOf(bytes);
        String whole = decompressed(bytes, readers, left -> left);
        String byByte = decompressed(bytes, readers, left -> 1);
        String inChunks = decompressed(bytes, readers, left -> 1 + random.nextInt(40));
        if (whole.startsWith(REFUSED)) {
            // what is wrong in two ways is refused for the one that is seen first, and that depends on the chunks
            Checks.holds(byByte.startsWith(REFUSED), () -> "not refused byte by byte: " + byByte);
            Checks.holds(inChunks.startsWith(REFUSED), () -> "not refused in random chunks: " + inChunks);
        } else {
            Checks.equal(byByte, whole, "byte by byte");
            Checks.equal(inChunks, whole, "in random chunks");
        }
        return whole.replaceAll("[0-9]+", "#");
    }

    private static String decompressed(byte[] bytes, Supplier<CompressedReader> readers, IntUnaryOperator sizes) {
        CRC32 plainBytes = new CRC32();
        long count = 0;
        try (CompressedReader reader = readers.get()) {
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(sizes.applyAsInt(bytes.length - at), bytes.length - at);
                reader.add(Unpooled.wrappedBuffer(bytes, at, length));
                at += length;
                for (ByteBuf plain = next(reader); plain != null; plain = next(reader)) {
                    int size = plain.readableBytes();
                    Checks.holds(size > 0, () -> "nothing came");
                    plainBytes.update(bytes(plain));
                    plain.release();
                    count += size;
                }
                Checks.holds(!reader.hasInput(), () -> "input is left");
            }
        } catch (ProtocolViolationException e) {
            return REFUSED + FuzzTarget.refusal(e);
        }
        return "bytes " + count + " of sum " + plainBytes.getValue();
    }

    private static ByteBuf next(CompressedReader reader) {
        return reader.next(PooledByteBufAllocator.DEFAULT);
    }

    // --- PROXY headers ----------------------------------------------------------------------------------------------

    private static List<byte[]> proxyHeaders() {
        InetSocketAddress four = new InetSocketAddress("192.0.2.1", 40_000);
        InetSocketAddress six = new InetSocketAddress("2001:db8::1", 3306);
        List<Tlv> tlvs = List.of(
                new Tlv(Tlv.PP2_TYPE_AUTHORITY, "db.example".getBytes(StandardCharsets.US_ASCII)),
                new Tlv(Tlv.PP2_TYPE_UNIQUE_ID, new byte[16]));
        List<ProxyHeader> headers = List.of(
                ProxyHeader.local(1),
                ProxyHeader.local(2),
                ProxyHeader.of(1, four, four, List.of()),
                ProxyHeader.of(1, six, six, List.of()),
                ProxyHeader.of(2, four, four, tlvs),
                ProxyHeader.of(2, six, six, tlvs),
                ProxyHeader.of(2, new UnixName("/run/a.sock"), new UnixName("@b"), tlvs));
        return headers.stream()
                .map(header -> Inputs.encoded(out -> {
                    ProxyHeaderWriter.write(header, out);
                    out.writeCharSequence("next", StandardCharsets.US_ASCII);
                }))
                .toList();
    }

    private static String proxyHeader(ByteBuf input) {
        ByteBuf whole = input.copy();
        Optional<ProxyHeader> header;
        try {
            header = ProxyHeaderReader.read(whole);
        } catch (ProtocolViolationException e) {
            Checks.holds(byByte(input) < 0, () -> "refused as a whole only");
            throw e;
        }
        int length = whole.readerIndex();
        Checks.equal(byByte(input), header.isPresent() ? length : 0, "length byte by byte");
        if (header.isEmpty()) {
            Checks.equal(length, 0, "bytes read of a header that is not all there");
            Checks.holds(input.readableBytes() < ProxyHeader.LONGEST_V2, () -> "more than the longest is wanted");
            return "waiting for more";
        }
        ProxyHeader found = header.get();
        ByteBuf again = Checks.written(out -> ProxyHeaderWriter.write(found, out));
        // names of sockets are any bytes; what is no UTF-8 does not survive, and need not
        if (!found.toString().contains("\uFFFD")) {
            Checks.equal(ProxyHeaderReader.read(again).orElseThrow(), found, "header");
        }
        return "version " + found.version()
                + found.source().map(source -> source.getClass().getSimpleName())
                + Math.min(3, found.tlvs().size());
    }

    /** How long the header is that comes so; 0 when it does not end, -1 when it is refused. */
    private static int byByte(ByteBuf input) {
        for (int length = 1; length <= input.readableBytes(); length++) {
            ByteBuf begun = input.slice(input.readerIndex(), length);
            try {
                if (ProxyHeaderReader.read(begun).isPresent()) {
                    return begun.readerIndex();
                }
            } catch (ProtocolViolationException e) {
                return -1;
            }
        }
        return 0;
    }
}
