package dev.mysqlproxy.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.protocol.compress.CompressedReader;
import dev.mysqlproxy.protocol.compress.CompressedWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/** The compressed protocol of a peer, which insists on the order of the compressed packets. */
final class CompressedLayer implements Peer.Layer {

    private static final int SEQUENCE_AT = 3;

    private final Peer.Layer below;
    private final CompressedReader reader;
    private final CompressedWriter writer;
    private ByteBuf plain = Unpooled.EMPTY_BUFFER;
    private int next;

    CompressedLayer(Peer.Layer below, Compression.Method method) {
        this.below = below;
        boolean zlib = method == Compression.Method.ZLIB;
        this.reader = zlib ? CompressedReader.zlib() : CompressedReader.zstd();
        this.writer = zlib ? CompressedWriter.zlib(6, 50) : CompressedWriter.zstd(3, 50);
    }

    @Override
    public int read(byte[] into, int at, int most) {
        while (!plain.isReadable()) {
            ByteBuf more = reader.next(UnpooledByteBufAllocator.DEFAULT);
            if (more != null) {
                plain.release();
                plain = more;
            } else if (!packet()) {
                return -1;
            }
        }
        int bytes = Math.min(most, plain.readableBytes());
        plain.readBytes(into, at, bytes);
        return bytes;
    }

    private boolean packet() {
        byte[] header = exactly(CompressedReader.HEADER_LENGTH);
        if (header == null) {
            return false;
        }
        int sequence = header[SEQUENCE_AT] & 0xff;
        // a new command begins anew, and so does its answer, which matters to those that do not wait for answers
        assertThat(sequence).as("sequence id of a compressed packet").isIn(next, 0, 1);
        next = sequence + 1 & 0xff;
        reader.add(Unpooled.wrappedBuffer(header, exactly(Packets.length(header))));
        return true;
    }

    private byte[] exactly(int bytes) {
        byte[] all = new byte[bytes];
        for (int at = 0; at < bytes; ) {
            int read = below.read(all, at, bytes - at);
            if (read < 0) {
                assertThat(at).as("bytes of a compressed packet before the end").isZero();
                return null;
            }
            at += read;
        }
        return all;
    }

    @Override
    public void write(byte[] bytes) {
        if (bytes[SEQUENCE_AT] == 0) {
            next = 0;
        }
        writer.sequence(next);
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        while (in.isReadable()) {
            ByteBuf packet = writer.packet(UnpooledByteBufAllocator.DEFAULT, in, 64 * 1024);
            below.write(ByteBufUtil.getBytes(packet));
            packet.release();
        }
        next = writer.sequence();
    }

    @Override
    public void close() {
        plain.release();
        plain = Unpooled.EMPTY_BUFFER;
        reader.close();
        writer.close();
        below.close();
    }
}
