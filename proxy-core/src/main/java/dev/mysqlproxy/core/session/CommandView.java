package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.QueryAttribute;
import dev.mysqlproxy.core.session.PreparedStatements.Prepared;
import dev.mysqlproxy.protocol.codec.ExecuteParameters;
import dev.mysqlproxy.protocol.codec.QueryAttributes;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A command for hooks. A short one is copied: the buffer it came in is used again as soon as it has been sent, and not kept
 * until the reply has come. A longer one stays in the very buffer that is forwarded. Holds a reference of its own until
 * {@link #release()}.
 */
final class CommandView implements Command {

    /** Bytes of a payload that is copied. */
    private static final int SHORT = 1024;

    private final ByteBuf buffer;
    /** Where the payload is in the buffer, and how much of it. */
    private final int start;

    private final int size;
    private final int code;
    private final long length;
    private final boolean complete;
    private final boolean withAttributes;
    private QueryAttributes attributes;
    private Prepared prepared;
    private ExecuteParameters.Binding bound;
    private BitSet longData;
    private boolean attributesUnknown;
    private ExecuteParameters execution;

    /** @param buffer a reference to it is taken over */
    private CommandView(ByteBuf buffer, int start, int size, long length, boolean complete, boolean queryAttributes) {
        this.buffer = buffer;
        this.start = start;
        this.size = size;
        this.length = length;
        this.complete = complete;
        this.code = buffer.getUnsignedByte(start);
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
            if (first > SHORT) {
                return new CommandView(input.retain(), at + Wire.HEADER_LENGTH, first, first, true, queryAttributes);
            }
            byte[] copy = new byte[first];
            input.getBytes(at + Wire.HEADER_LENGTH, copy);
            return new CommandView(Unpooled.wrappedBuffer(copy), 0, first, first, true, queryAttributes);
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
        return new CommandView(joined, 0, (int) total, total, true, queryAttributes);
    }

    private static CommandView beginning(ByteBuf input, int limit, long total, boolean queryAttributes) {
        int here = Math.min(Math.min(limit, Wire.MAX_PAYLOAD), input.readableBytes() - Wire.HEADER_LENGTH);
        return new CommandView(
                input.retain(), input.readerIndex() + Wire.HEADER_LENGTH, here, total, false, queryAttributes);
    }

    /**
     * What this command is about, before the command itself changes that.
     *
     * @param statement null when it is not known
     * @param longDataSent whether values of COM_STMT_EXECUTE may have come before it, in packets of their own
     */
    void prepared(Prepared statement, boolean longDataSent) {
        prepared = statement;
        attributesUnknown = longDataSent && statement == null;
        if (statement != null) {
            bound = statement.bound();
            longData = statement.longData();
        }
    }

    /** The statement that this command is about; null when it is not known. */
    Prepared prepared() {
        return prepared;
    }

    /** The payload, as the client sent it. Borrowed; a new object each time. */
    ByteBuf payload() {
        return buffer.slice(start, size);
    }

    /** Whether the payload has a whole block of query attributes. */
    boolean withAttributes() {
        return withAttributes && complete;
    }

    @Override
    public int code() {
        return code;
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
        return withAttributes && code == CommandCode.COM_QUERY
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
            return QueryAttributes.decode(payload());
        } catch (ProtocolViolationException e) {
            if (complete && code == CommandCode.COM_QUERY) {
                throw e;
            }
            // the rest is not here
            return new QueryAttributes(List.of(), size);
        }
    }

    @Override
    public byte[] statement() {
        return statement(Integer.MAX_VALUE);
    }

    @Override
    public byte[] statement(int most) {
        int from = statementStart();
        byte[] statement = new byte[Math.min(most, size - from)];
        buffer.getBytes(start + from, statement);
        return statement;
    }

    @Override
    public int copyStatement(byte[] into, int offset, int most) {
        int from = statementStart();
        int count = Math.min(most, size - from);
        buffer.getBytes(start + from, into, offset, count);
        return count;
    }

    @Override
    public boolean contains(byte[] wanted) {
        if (wanted.length == 0) {
            throw new IllegalArgumentException("no bytes to look for");
        }
        int last = start + size - wanted.length;
        int at = start + statementStart();
        while (at <= last) {
            at = buffer.indexOf(at, last + 1, wanted[0]);
            if (at < 0) {
                return false;
            }
            if (isAt(at, wanted)) {
                return true;
            }
            at++;
        }
        return false;
    }

    private boolean isAt(int at, byte[] wanted) {
        for (int i = 1; i < wanted.length; i++) {
            if (buffer.getByte(at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] packet() {
        int from = statementStart();
        byte[] packet = new byte[size - from + 1];
        packet[0] = (byte) code;
        buffer.getBytes(start + from, packet, 1, size - from);
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
        return values().stream()
                .map(value -> new QueryAttribute(value.name(), value.text()))
                .toList();
    }

    private List<QueryAttributes.Value> values() {
        if (code == CommandCode.COM_QUERY) {
            return attributeBlock().values();
        }
        if (prepared != null) {
            return execution().attributes();
        }
        // without the statement nobody can tell which values are missing
        return attributesUnknown ? List.of() : attributeBlock().values();
    }

    private ExecuteParameters execution() {
        if (execution == null) {
            try {
                execution = ExecuteParameters.decode(payload(), prepared.parameters(), withAttributes, bound, longData);
            } catch (ProtocolViolationException e) {
                // the rest is not here, or the server will say what is wrong with it
                execution = new ExecuteParameters(null, List.of(), List.of());
            }
        }
        return execution;
    }

    @Override
    public Optional<byte[]> preparedStatement() {
        return prepared == null || prepared.text() == null
                ? Optional.empty()
                : Optional.of(prepared.text().clone());
    }

    @Override
    public List<Optional<String>> parameters() {
        return code == CommandCode.COM_STMT_EXECUTE && prepared != null && prepared.text() != null
                ? execution().values()
                : List.of();
    }

    void release() {
        buffer.release();
    }
}
