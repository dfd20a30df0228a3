package dev.mysqlproxy.protocol.message;

import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * A column of a result set, Protocol::ColumnDefinition41.
 *
 * @param schema schema of the table, may be empty
 * @param table alias of the table, may be empty
 * @param orgTable name of the table, may be empty
 * @param name alias of the column
 * @param orgName name of the column, may be empty
 * @param characterSet number of the collation
 * @param length display length, unsigned 32 bit
 * @param type MYSQL_TYPE_* number
 * @param flags column flags
 * @param decimals 0 to 255
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html">ColumnDefinition41</a>
 */
public record ColumnDefinition(
        String schema,
        String table,
        String orgTable,
        String name,
        String orgName,
        int characterSet,
        long length,
        int type,
        int flags,
        int decimals) {

    private static final byte[] CATALOG = Wire.utf8("def");
    private static final int FIXED_LENGTH = 12;

    /** Reads the payload. MariaDB's extended metadata, when negotiated, are skipped. */
    public static ColumnDefinition decode(ByteBuf payload, boolean extendedMetadata) {
        String what = "a column definition";
        Wire.readLenEncBytes(payload, what);
        String schema = Wire.utf8(Wire.readLenEncBytes(payload, what));
        String table = Wire.utf8(Wire.readLenEncBytes(payload, what));
        String orgTable = Wire.utf8(Wire.readLenEncBytes(payload, what));
        String name = Wire.utf8(Wire.readLenEncBytes(payload, what));
        String orgName = Wire.utf8(Wire.readLenEncBytes(payload, what));
        if (extendedMetadata) {
            Wire.readLenEncBytes(payload, what);
        }
        Wire.readLenEnc(payload, what);
        Wire.require(payload, 10, what);
        return new ColumnDefinition(
                schema,
                table,
                orgTable,
                name,
                orgName,
                payload.readUnsignedShortLE(),
                payload.readUnsignedIntLE(),
                payload.readUnsignedByte(),
                payload.readUnsignedShortLE(),
                payload.readUnsignedByte());
    }

    /** Appends the payload. */
    public void encode(ByteBuf out, boolean extendedMetadata) {
        Wire.writeLenEncBytes(out, CATALOG);
        Wire.writeLenEncBytes(out, Wire.utf8(schema));
        Wire.writeLenEncBytes(out, Wire.utf8(table));
        Wire.writeLenEncBytes(out, Wire.utf8(orgTable));
        Wire.writeLenEncBytes(out, Wire.utf8(name));
        Wire.writeLenEncBytes(out, Wire.utf8(orgName));
        if (extendedMetadata) {
            out.writeByte(0);
        }
        Wire.writeLenEnc(out, FIXED_LENGTH);
        out.writeShortLE(characterSet).writeIntLE((int) length).writeByte(type);
        out.writeShortLE(flags).writeByte(decimals).writeZero(2);
    }
}
