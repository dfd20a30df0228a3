package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.QueryAttribute;
import dev.mysqlproxy.protocol.codec.QueryAttributes;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/**
 * A command for hooks, on the very buffer that is forwarded. Holds a reference of its own until {@link #release()}.
 */
final class CommandView implements Command {

    private final ByteBuf payload;
    private final long length;
    private final boolean complete;
    private final boolean withAttributes;
    private QueryAttributes attributes;

    private CommandView(ByteBuf payload, long length, boolean complete, boolean queryAttributes) {
        this.payload = payload;
        this.length = length;
        this.complete = complete;
        int code = payload.getUnsignedByte(payload.readerIndex());
        this.withAttributes =
                queryAttributes && (code == CommandCode.COM_QUERY || code == CommandCode.COM_STMT_EXECUTE);
    }

    /**
     * The command that the input begins with; null when more of it must arrive first. The input is left as it is.
     *
     * @param limit payload bytes after which no more is waited for
     * @param queryAttributes whether the hop negotiated CLIENT_QUERY_ATTRIBUTES
     */
    static CommandView read(ByteBuf input, int limit, boolean queryAttributes) {
        int at = input.readerIndex();
        int end = input.writerIndex();
        int first = input.getUnsignedMediumLE(at);
        if (first < Wire.MAX_PAYLOAD && first <= limit) {
            if (end - at < Wire.HEADER_LENGTH + first) {
                return null;
            }
            return new CommandView(input.retainedSlice(at + Wire.HEADER_LENGTH, first), first, true, queryAttributes);
        }
        return readLong(input, limit, queryAttributes);
    }

    private static CommandView readLong(ByteBuf input, int limit, boolean queryAttributes) {
        int at = input.readerIndex();
        int end = input.writerIndex();
        long total = 0;
        int length = Wire.MAX_PAYLOAD;
        while (length == Wire.MAX_PAYLOAD) {
            if (end - at < Wire.HEADER_LENGTH) {
                return total >= limit ? beginning(input, limit, total, queryAttributes) : null;
            }
            length = input.getUnsignedMediumLE(at);
            total += length;
            if (total > limit) {
                return input.readableBytes() >= Math.min(limit, Wire.MAX_PAYLOAD)
                        ? beginning(input, limit, total, queryAttributes)
                        : null;
            }
            if (end - at < Wire.HEADER_LENGTH + length) {
                return null;
            }
            at += Wire.HEADER_LENGTH + length;
        }
        ByteBuf joined = input.alloc().buffer((int) total);
        int from = input.readerIndex();
        while (joined.readableBytes() < total) {
            int part = input.getUnsignedMediumLE(from);
            joined.writeBytes(input, from + Wire.HEADER_LENGTH, part);
            from += Wire.HEADER_LENGTH + part;
        }
        return new CommandView(joined, total, true, queryAttributes);
    }

    private static CommandView beginning(ByteBuf input, int limit, long total, boolean queryAttributes) {
        int here = Math.min(Math.min(limit, Wire.MAX_PAYLOAD), input.readableBytes() - Wire.HEADER_LENGTH);
        return new CommandView(
                input.retainedSlice(input.readerIndex() + Wire.HEADER_LENGTH, here), total, false, queryAttributes);
    }

    /** The payload, as the client sent it. Borrowed. */
    ByteBuf payload() {
        return payload;
    }

    /** Whether the payload has a whole block of query attributes. */
    boolean withAttributes() {
        return withAttributes && complete;
    }

    @Override
    public int code() {
        return payload.getUnsignedByte(payload.readerIndex());
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public boolean complete() {
        return complete;
    }

    private int statementStart() {
        return withAttributes && code() == CommandCode.COM_QUERY
                ? attributeBlock().end()
                : 1;
    }

    private QueryAttributes attributeBlock() {
        if (attributes == null) {
            attributes = readAttributes();
        }
        return attributes;
    }

    private QueryAttributes readAttributes() {
        try {
            return QueryAttributes.decode(payload);
        } catch (ProtocolViolationException e) {
            if (complete && code() == CommandCode.COM_QUERY) {
                throw e;
            }
            // the rest is not here, or a value came before it in a COM_STMT_SEND_LONG_DATA
            return new QueryAttributes(List.of(), payload.readableBytes());
        }
    }

    @Override
    public byte[] statement() {
        int start = statementStart();
        return ByteBufUtil.getBytes(payload, payload.readerIndex() + start, payload.readableBytes() - start, true);
    }

    @Override
    public byte[] packet() {
        int start = statementStart();
        int length = payload.readableBytes() - start;
        byte[] packet = new byte[length + 1];
        packet[0] = (byte) code();
        payload.getBytes(payload.readerIndex() + start, packet, 1, length);
        return packet;
    }

    @Override
    public String text() {
        return Wire.utf8(statement());
    }

    @Override
    public List<QueryAttribute> attributes() {
        if (!withAttributes) {
            return List.of();
        }
        if (attributeBlock().values().isEmpty()) {
            return List.of();
        }
        return attributeBlock().values().stream()
                .map(value -> new QueryAttribute(value.name(), value.text()))
                .toList();
    }

    void release() {
        payload.release();
    }
}
