package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.codec.QueryAttributes.Value;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What a COM_STMT_EXECUTE gives a statement whose number of parameters is known.
 *
 * @param binding types and names that hold for this execution, and for later ones that bring none; null when the first
 *     execution brought none
 * @param values of the statement's parameters in order, as text; empty for NULL
 * @param attributes the query attributes behind them
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_execute.html">COM_STMT_EXECUTE</a>
 */
public record ExecuteParameters(Binding binding, List<Optional<String>> values, List<Value> attributes) {

    /** Stands for a value that came by COM_STMT_SEND_LONG_DATA. */
    public static final String LONG_DATA = "<long data>";

    private static final String WHAT = "the parameters of COM_STMT_EXECUTE";
    private static final int COMMAND_ID_FLAGS_ITERATIONS = 10;
    private static final int FLAGS = 5;
    private static final int PARAMETER_COUNT_AVAILABLE = 0x08;
    private static final int MAX_PARAMETERS = 2 * 65_535;
    private static final int UNSIGNED = 0x8000;
    private static final int TYPE_NULL = 6;

    /** Types and names of parameters, as they were bound last. */
    public static final class Binding {
        private final int[] types;
        private final String[] names;

        private Binding(int[] types, String[] names) {
            this.types = types;
            this.names = names;
        }
    }

    /**
     * Reads a payload, whose indices are left alone.
     *
     * @param parameters how many the statement has
     * @param queryAttributes whether the hop negotiated CLIENT_QUERY_ATTRIBUTES
     * @param last what was bound last; null for nothing yet
     * @param longData numbers of the parameters, from 0, that came by COM_STMT_SEND_LONG_DATA
     */
    public static ExecuteParameters decode(
            ByteBuf payload, int parameters, boolean queryAttributes, Binding last, BitSet longData) {
        ByteBuf in = payload.duplicate();
        int n = count(in, parameters, queryAttributes);
        if (n == 0) {
            return new ExecuteParameters(last, List.of(), List.of());
        }
        byte[] nulls = Wire.readBytes(in, (n + 7) / 8);
        Binding binding = in.readByte() == 1 ? binding(in, n, queryAttributes) : last;
        if (binding == null || binding.types.length < n) {
            return new ExecuteParameters(last, List.of(), List.of());
        }
        List<Optional<String>> values = new ArrayList<>(parameters);
        List<Value> attributes = new ArrayList<>(n - parameters);
        for (int i = 0; i < n; i++) {
            boolean isNull = (nulls[i / 8] >> i % 8 & 1) != 0;
            boolean isLong = i < parameters && longData.get(i);
            Optional<String> value = isLong ? Optional.of(LONG_DATA) : value(in, isNull, binding.types[i]);
            if (i < parameters) {
                values.add(value);
            } else {
                attributes.add(new Value(binding.names[i], value));
            }
        }
        return new ExecuteParameters(binding, values, attributes);
    }

    /** Only what is bound after this payload, as {@link #decode} has it. */
    public static Binding bound(ByteBuf payload, int parameters, boolean queryAttributes, Binding last) {
        ByteBuf in = payload.duplicate();
        int n = count(in, parameters, queryAttributes);
        if (n == 0) {
            return last;
        }
        in.skipBytes((n + 7) / 8);
        return in.readByte() == 1 ? binding(in, n, queryAttributes) : last;
    }

    /** How many there are; the NULL bitmap and the flag behind it are next, and there. */
    private static int count(ByteBuf in, int parameters, boolean queryAttributes) {
        Wire.require(in, COMMAND_ID_FLAGS_ITERATIONS, WHAT);
        boolean counted = queryAttributes
                && (parameters > 0 || (in.getByte(in.readerIndex() + FLAGS) & PARAMETER_COUNT_AVAILABLE) != 0);
        in.skipBytes(COMMAND_ID_FLAGS_ITERATIONS);
        long count = counted ? Wire.readLenEnc(in, WHAT) : parameters;
        if (count < parameters || count > MAX_PARAMETERS) {
            throw new ProtocolViolationException(
                    Long.toUnsignedString(count) + " parameters for a statement that has " + parameters);
        }
        int n = (int) count;
        Wire.require(in, n == 0 ? 0 : (n + 7) / 8 + 1L, WHAT);
        return n;
    }

    private static Binding binding(ByteBuf in, int n, boolean named) {
        int[] types = new int[n];
        String[] names = new String[n];
        for (int i = 0; i < n; i++) {
            Wire.require(in, 2, WHAT);
            types[i] = in.readUnsignedShortLE();
            names[i] = named ? Wire.utf8(Wire.readLenEncBytes(in, WHAT)) : "";
        }
        return new Binding(types, names);
    }

    private static Optional<String> value(ByteBuf in, boolean isNull, int type) {
        return isNull || (type & 0xff) == TYPE_NULL
                ? Optional.empty()
                : Optional.of(Wire.utf8(BinaryValues.read(in, type & 0xff, (type & UNSIGNED) != 0)));
    }
}
