package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * The row at hand of a result set: a list of one value a column, the bytes of the text protocol or null for NULL, which may
 * be set. A value is decoded when it is asked for; one that is not set is written as the very bytes that were read. One
 * object serves all rows of a result set. One thread.
 */
public final class Row extends AbstractList<byte[]> implements RandomAccess {

    private static final int NULL_VALUE = 0xfb;
    private static final int BITMAP_OFFSET = 2;
    private static final int NULL_START = -1;
    private static final String WHAT = "a row";

    private final List<ColumnDefinition> columns;
    private final int[] shownTypes;
    /** Whether a value that is not set is written as it was read. */
    private final boolean[] alike;

    private final boolean binary;
    /** Where each value begins in the payload, its length included; and where the last one ends. */
    private final int[] starts;

    private final int[] ends;
    private final byte[][] values;
    private final boolean[] decoded;
    private final boolean[] changed;
    private ByteBuf payload;

    /**
     * Rows of a result set.
     *
     * @param columns as the server described them
     * @param shown as the client is shown them, as many; their types are what the binary protocol's values are written as
     * @param binary whether rows are of the binary protocol
     */
    public Row(List<ColumnDefinition> columns, List<ColumnDefinition> shown, boolean binary) {
        this.columns = List.copyOf(columns);
        this.shownTypes = shown.stream().mapToInt(ColumnDefinition::type).toArray();
        this.binary = binary;
        int n = columns.size();
        if (shownTypes.length != n) {
            throw new IllegalArgumentException(shownTypes.length + " columns are shown of " + n);
        }
        this.alike = new boolean[n];
        for (int i = 0; i < n; i++) {
            int type = columns.get(i).type();
            alike[i] = type == shownTypes[i] || BinaryValues.isString(type) && BinaryValues.isString(shownTypes[i]);
        }
        this.starts = new int[n];
        this.ends = new int[n];
        this.values = new byte[n][];
        this.decoded = new boolean[n];
        this.changed = new boolean[n];
    }

    /**
     * Goes over to the row whose payload begins at the reader index, and moves that behind it. The buffer is borrowed until
     * the next row.
     *
     * @throws ProtocolViolationException when it is no such row
     */
    public void read(ByteBuf in, int length) {
        int from = in.readerIndex();
        Wire.require(in, length, WHAT);
        payload = in;
        Arrays.fill(values, null);
        Arrays.fill(decoded, false);
        Arrays.fill(changed, false);
        int end = from + length;
        int bitmap = from + 1;
        if (binary) {
            int head = 1 + (columns.size() + 7 + BITMAP_OFFSET) / 8;
            Wire.require(in, head, WHAT);
            in.skipBytes(head);
        }
        for (int i = 0; i < starts.length; i++) {
            int at = in.readerIndex();
            boolean isNull;
            if (binary) {
                int bit = i + BITMAP_OFFSET;
                isNull = (in.getByte(bitmap + bit / 8) >> bit % 8 & 1) != 0;
            } else {
                Wire.require(in, 1, WHAT);
                isNull = in.getUnsignedByte(at) == NULL_VALUE;
                in.skipBytes(isNull ? 1 : 0);
            }
            starts[i] = isNull ? NULL_START : at;
            if (!isNull) {
                skipValue(in, columns.get(i).type());
            }
            ends[i] = in.readerIndex();
        }
        if (in.readerIndex() > end) {
            throw new ProtocolViolationException("packet ends inside " + WHAT);
        }
        in.readerIndex(end);
    }

    private void skipValue(ByteBuf in, int type) {
        if (binary) {
            BinaryValues.skip(in, type);
        } else {
            skipText(in);
        }
    }

    private static void skipText(ByteBuf in) {
        long length = Wire.readLenEnc(in, WHAT);
        Wire.require(in, length, WHAT);
        in.skipBytes((int) length);
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public byte[] get(int index) {
        if (!decoded[index]) {
            decoded[index] = true;
            values[index] = starts[index] == NULL_START ? null : decode(index);
        }
        return values[index];
    }

    private byte[] decode(int index) {
        int before = payload.readerIndex();
        payload.readerIndex(starts[index]);
        byte[] value = binary ? BinaryValues.read(payload, columns.get(index)) : Wire.readLenEncBytes(payload, WHAT);
        payload.readerIndex(before);
        return value;
    }

    @Override
    public byte[] set(int index, byte[] value) {
        byte[] before = get(index);
        if (value != before) {
            values[index] = value;
            changed[index] = true;
        }
        return before;
    }

    /** Sets all values to those of another list of the same size, where they are not the very same. */
    public void setAll(List<byte[]> other) {
        if (other == this) {
            return;
        }
        if (other.size() != values.length) {
            throw new IllegalArgumentException(other.size() + " values for " + values.length + " columns");
        }
        for (int i = 0; i < values.length; i++) {
            byte[] value = other.get(i);
            boolean untouched = decoded[i] ? value == values[i] : value == null && starts[i] == NULL_START;
            if (!untouched) {
                decoded[i] = true;
                values[i] = value;
                changed[i] = true;
            }
        }
    }

    /**
     * Appends the row's payload.
     *
     * @throws IllegalArgumentException when a value is none of its column's type
     */
    public void write(ByteBuf out) {
        if (binary) {
            writeBinary(out);
        } else {
            writeText(out);
        }
    }

    private void writeText(ByteBuf out) {
        for (int i = 0; i < values.length; i++) {
            if (isNull(i)) {
                out.writeByte(NULL_VALUE);
            } else if (changed[i]) {
                Wire.writeLenEncBytes(out, values[i]);
            } else {
                out.writeBytes(payload, starts[i], ends[i] - starts[i]);
            }
        }
    }

    private boolean isNull(int index) {
        return changed[index] ? values[index] == null : starts[index] == NULL_START;
    }

    private void writeBinary(ByteBuf out) {
        out.writeByte(0);
        int bitmap = out.writerIndex();
        out.writeZero((values.length + 7 + BITMAP_OFFSET) / 8);
        for (int i = 0; i < values.length; i++) {
            if (isNull(i)) {
                int bit = i + BITMAP_OFFSET;
                int at = bitmap + bit / 8;
                out.setByte(at, out.getByte(at) | 1 << bit % 8);
            } else if (changed[i] || !alike[i]) {
                BinaryEncoder.write(out, shownTypes[i], get(i));
            } else {
                out.writeBytes(payload, starts[i], ends[i] - starts[i]);
            }
        }
    }
}
