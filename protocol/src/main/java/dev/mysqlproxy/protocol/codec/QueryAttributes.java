package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parameters that travel with COM_QUERY and COM_STMT_EXECUTE on a hop with CLIENT_QUERY_ATTRIBUTES.
 *
 * @param values name and value of each parameter, in order; those of a prepared statement's markers have empty names
 * @param end where the parameter block of COM_QUERY ends and its statement begins, from the payload's first byte
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query.html">COM_QUERY</a>
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_execute.html">COM_STMT_EXECUTE</a>
 */
public record QueryAttributes(List<Value> values, int end) {

    /**
     * One parameter.
     *
     * @param name its name, may be empty
     * @param text its value as text; empty for NULL
     */
    public record Value(String name, Optional<String> text) {}

    private static final int MAX_PARAMETERS = 65_535;
    private static final int UNSIGNED = 0x8000;
    private static final int PARAMETER_COUNT_AVAILABLE = 0x08;
    /** A block that says: no parameters, one set. */
    private static final byte[] EMPTY_BLOCK = {0, 1};

    /** A COM_QUERY or COM_STMT_EXECUTE payload; leaves its indices alone. */
    public static QueryAttributes decode(ByteBuf payload) {
        ByteBuf in = payload.duplicate();
        int start = in.readerIndex();
        int command = in.readUnsignedByte();
        String what = "the query attributes";
        if (command == CommandCode.COM_STMT_EXECUTE) {
            Wire.require(in, 9, what);
            in.skipBytes(4);
            int flags = in.readUnsignedByte();
            in.skipBytes(4);
            if ((flags & PARAMETER_COUNT_AVAILABLE) == 0) {
                return new QueryAttributes(List.of(), in.readerIndex() - start);
            }
            return new QueryAttributes(named(parameters(in, Wire.readLenEnc(in, what))), in.readerIndex() - start);
        }
        long count = Wire.readLenEnc(in, what);
        if (Wire.readLenEnc(in, what) != 1) {
            throw new ProtocolViolationException("more than one set of query attributes");
        }
        List<Value> values = parameters(in, count);
        return new QueryAttributes(values, in.readerIndex() - start);
    }

    private static List<Value> named(List<Value> values) {
        return values.stream().filter(value -> !value.name().isEmpty()).toList();
    }

    private static List<Value> parameters(ByteBuf in, long count) {
        if (count == 0) {
            return List.of();
        }
        String what = "the query attributes";
        if (count < 0 || count > MAX_PARAMETERS) {
            throw new ProtocolViolationException(Long.toUnsignedString(count) + " query attributes");
        }
        int n = (int) count;
        Wire.require(in, (n + 7) / 8 + 1L, what);
        byte[] nulls = Wire.readBytes(in, (n + 7) / 8);
        if (in.readByte() != 1) {
            // a statement executed again keeps the types of the last time, which are not here
            return List.of();
        }
        int[] types = new int[n];
        String[] names = new String[n];
        for (int i = 0; i < n; i++) {
            Wire.require(in, 2, what);
            types[i] = in.readUnsignedShortLE();
            names[i] = Wire.utf8(Wire.readLenEncBytes(in, what));
        }
        List<Value> values = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            boolean isNull = (nulls[i / 8] >> i % 8 & 1) != 0;
            values.add(new Value(
                    names[i],
                    isNull
                            ? Optional.empty()
                            : Optional.of(
                                    Wire.utf8(BinaryValues.read(in, types[i] & 0xff, (types[i] & UNSIGNED) != 0)))));
        }
        return values;
    }

    /**
     * A COM_QUERY payload with another statement and the same attributes.
     *
     * @param statement command byte and SQL text, without attributes
     * @param original the client's COM_QUERY payload, whose parameter block is taken over as it is; null for none
     */
    public static byte[] encodeQuery(byte[] statement, ByteBuf original) {
        byte[] block = EMPTY_BLOCK;
        if (original != null && original.getByte(original.readerIndex()) == CommandCode.COM_QUERY) {
            block = new byte[decode(original).end() - 1];
            original.getBytes(original.readerIndex() + 1, block);
        }
        byte[] payload = new byte[statement.length + block.length];
        payload[0] = statement[0];
        System.arraycopy(block, 0, payload, 1, block.length);
        System.arraycopy(statement, 1, payload, 1 + block.length, statement.length - 1);
        return payload;
    }
}
