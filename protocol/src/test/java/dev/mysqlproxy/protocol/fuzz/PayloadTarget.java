package dev.mysqlproxy.protocol.fuzz;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * A target that reads one input as a whole, and may refuse it as a violation.
 *
 * @param reader reads the payload and says what it was; may change the payload
 */
record PayloadTarget(String name, List<byte[]> seeds, int packetsFrom, Reader reader) implements FuzzTarget {

    /** Reads a payload. */
    interface Reader {
        String read(ByteBuf payload) throws Exception;
    }

    static PayloadTarget of(String name, List<byte[]> seeds, Reader reader) {
        return new PayloadTarget(name, seeds, -1, reader);
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public String run(byte[] input) throws Exception {
        try {
            return reader.read(Unpooled.wrappedBuffer(input.clone()));
        } catch (ProtocolViolationException e) {
            return FuzzTarget.refusal(e);
        }
    }
}
