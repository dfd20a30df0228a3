package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import java.util.function.Consumer;

/**
 * One hop of a login: cuts the peer's packets and numbers those of both directions, which take turns with one count. TLS
 * adds a packet to a hop, so the counts of the two hops differ. On the session's event loop.
 */
final class LoginHop {

    /** The first byte of every handshake, a record's type. */
    private static final int TLS_HANDSHAKE = 22;

    private final Channel channel;
    private final PacketAssembler packets;
    private final Consumer<ByteBuf> writer;
    private final int most;

    private boolean renumbered;
    private int sequence;
    private int received;

    /**
     * A hop at its beginning.
     *
     * @param longest payload of a packet in bytes
     * @param most packets that the peer may send
     * @param writer sends to the peer with the session's next flush; takes the buffer over
     */
    LoginHop(Channel channel, int longest, int most, Consumer<ByteBuf> writer) {
        this.channel = channel;
        this.packets = new PacketAssembler(longest);
        this.most = most;
        this.writer = writer;
    }

    /** Whether the peer may count as it likes, which those do that compress. */
    void renumbered(boolean may) {
        renumbered = may;
    }

    /** Takes a chunk over. */
    void add(ByteBuf chunk) {
        packets.add(chunk);
    }

    /** The next whole packet of the peer, header included, which the caller owns; null when it is not all there. */
    ByteBuf next() {
        ByteBuf packet = packets.next();
        if (packet != null && ++received > most) {
            sequence = sequenceOf(packet) + 1 & 0xff;
            packet.release();
            throw new ProtocolViolationException("more than " + most + " packets before the end of the login");
        }
        return packet;
    }

    /** The payload of a packet, sharing its bytes. */
    static ByteBuf payload(ByteBuf packet) {
        return packet.slice(packet.readerIndex() + Wire.HEADER_LENGTH, packet.readableBytes() - Wire.HEADER_LENGTH);
    }

    /** The sequence id of a packet. */
    static int sequenceOf(ByteBuf packet) {
        return packet.getUnsignedByte(packet.readerIndex() + Wire.HEADER_LENGTH - 1);
    }

    /** Checks that it is this packet's turn, and counts it. */
    void count(ByteBuf packet) {
        int found = sequenceOf(packet);
        int due = sequence;
        sequence = found + 1 & 0xff;
        if (found != due && !renumbered) {
            throw new ProtocolViolationException("sequence id " + found + " where " + due + " was due");
        }
    }

    /** The sequence id that the next packet has, whoever sends it. */
    int sequence() {
        return sequence;
    }

    /** The peer has begun with this sequence id, or a new count begins. */
    void sequence(int next) {
        sequence = next & 0xff;
    }

    /** Sends a payload, numbered. */
    void send(byte[] payload) {
        ByteBuf buffer = channel.alloc().buffer(Wire.HEADER_LENGTH + payload.length);
        PacketWriter to = new PacketWriter(buffer, Capabilities.NONE, sequence);
        to.raw(payload);
        sequence = to.nextSequenceId();
        writer.accept(buffer);
    }

    /** Sends what the encoder appends, numbered. */
    void send(Consumer<ByteBuf> encoder) {
        ByteBuf buffer = channel.alloc().buffer();
        PacketWriter to = new PacketWriter(buffer, Capabilities.NONE, sequence);
        to.packet(encoder);
        sequence = to.nextSequenceId();
        writer.accept(buffer);
    }

    /** Bytes that are not cut yet. */
    int pendingBytes() {
        return packets.pendingBytes();
    }

    /** Everything from here on is TLS, also what has arrived already; the future is done on the event loop. */
    void startTls(SslHandler tls, Consumer<Throwable> done) {
        ByteBuf early = packets.takeRest();
        channel.pipeline().addFirst(tls);
        if (early != null && early.getUnsignedByte(early.readerIndex()) != TLS_HANDSHAKE) {
            // Netty would wait for the rest of what might be SSL 2
            early.release();
            done.accept(new NotSslRecordException("not an SSL/TLS record"));
            return;
        }
        tls.handshakeFuture().addListener(future -> done.accept(future.cause()));
        if (early != null) {
            // whatever it is, nobody but the TLS engine sees it: no plain bytes can pass for encrypted ones
            channel.pipeline().fireChannelRead(early);
        }
    }

    /** What was not cut, as the caller's; null when nothing is left. */
    ByteBuf takeRest() {
        return packets.takeRest();
    }

    /** Lets go of everything. */
    void release() {
        packets.release();
    }
}
