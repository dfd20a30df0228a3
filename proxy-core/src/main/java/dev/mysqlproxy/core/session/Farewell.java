package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** What a server says without being asked: goodbye, as an ERR packet. Anything else is wrong. */
final class Farewell {

    private static final int LONGEST = 4096;

    private final PacketAssembler fromBackend = new PacketAssembler(LONGEST);

    /** Takes bytes over; gives the error when it is all there. */
    Optional<ErrPacket> add(ByteBuf chunk) {
        int bytes = chunk.readableBytes();
        fromBackend.add(chunk);
        ByteBuf packet = fromBackend.next();
        if (packet == null) {
            return Optional.empty();
        }
        try {
            packet.skipBytes(Wire.HEADER_LENGTH);
            if (!packet.isReadable() || packet.getUnsignedByte(packet.readerIndex()) != ErrPacket.HEADER) {
                throw new ProtocolViolationException(bytes + " bytes that are no answer to anything");
            }
            return Optional.of(ErrPacket.decode(packet));
        } finally {
            packet.release();
        }
    }

    void release() {
        fromBackend.release();
    }
}
