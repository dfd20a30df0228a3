package dev.mysqlproxy.plugin.admin.prepared;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.table.ColumnTypes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers to prepared statements, packet by packet: the listener's clients negotiate none of the capabilities that
 * change
 * them.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html">Binary Protocol
 *     Resultset</a>
 */
public final class BinaryReply {

    private static final int UTF8MB4_GENERAL_CI = 45;
    private static final int COLUMN_LENGTH = 1024;
    private static final int FIXED_LENGTH = 0x0c;

    /** EOF_Packet without warnings, autocommit on. */
    private static final byte[] EOF = {(byte) 0xfe, 0, 0, 2, 0};

    private BinaryReply() {}

    /** The answer to COM_STMT_PREPARE; the columns of the result come with the result, as they do for SHOW. */
    public static Reply prepared(int id, int parameters) {
        List<byte[]> packets = new ArrayList<>();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(0);
        number(head, id, 4);
        number(head, 0, 2);
        number(head, parameters, 2);
        head.write(0);
        number(head, 0, 2);
        packets.add(head.toByteArray());
        for (int count = 0; count < parameters; count++) {
            packets.add(column(new Reply.Column("?", Reply.Column.MYSQL_TYPE_VAR_STRING)));
        }
        if (parameters > 0) {
            packets.add(EOF);
        }
        return new Reply.Raw(packets);
    }

    /** The answer to COM_FIELD_LIST: the columns, each with the default that it does not have. */
    public static Reply fields(List<Reply.Column> columns) {
        List<byte[]> packets = new ArrayList<>();
        for (Reply.Column column : columns) {
            byte[] definition = column(column);
            byte[] field = Arrays.copyOf(definition, definition.length + 1);
            field[definition.length] = (byte) 0xfb;
            packets.add(field);
        }
        packets.add(EOF);
        return new Reply.Raw(packets);
    }

    /** The same answer in the binary protocol. */
    public static Reply of(Reply reply) {
        if (!(reply instanceof Reply.ResultSet result)) {
            return reply;
        }
        List<byte[]> packets = new ArrayList<>();
        ByteArrayOutputStream count = new ByteArrayOutputStream();
        length(count, result.columns().size());
        packets.add(count.toByteArray());
        result.columns().forEach(column -> packets.add(column(column)));
        packets.add(EOF);
        for (List<String> row : result.rows()) {
            packets.add(row(result.columns(), row));
        }
        packets.add(EOF);
        return new Reply.Raw(packets);
    }

    private static byte[] column(Reply.Column column) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, "def");
        text(out, "");
        text(out, "");
        text(out, "");
        text(out, column.name());
        text(out, "");
        out.write(FIXED_LENGTH);
        number(out, UTF8MB4_GENERAL_CI, 2);
        number(out, COLUMN_LENGTH, 4);
        out.write(column.type());
        number(out, 0, 2);
        out.write(0);
        number(out, 0, 2);
        return out.toByteArray();
    }

    private static byte[] row(List<Reply.Column> columns, List<String> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        // the first two bits are not used
        byte[] nulls = new byte[(values.size() + 9) / 8];
        for (int at = 0; at < values.size(); at++) {
            if (values.get(at) == null) {
                nulls[(at + 2) / 8] |= (byte) (1 << (at + 2) % 8);
            }
        }
        out.writeBytes(nulls);
        for (int at = 0; at < values.size(); at++) {
            if (values.get(at) != null) {
                value(out, columns.get(at).type(), values.get(at));
            }
        }
        return out.toByteArray();
    }

    private static void value(ByteArrayOutputStream out, int type, String text) {
        switch (type) {
            case ColumnTypes.MYSQL_TYPE_TINY -> number(out, Long.parseLong(text), 1);
            case Reply.Column.MYSQL_TYPE_LONG -> number(out, Long.parseLong(text), 4);
            case Reply.Column.MYSQL_TYPE_LONGLONG ->
                number(out, text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text), 8);
            case ColumnTypes.MYSQL_TYPE_DOUBLE -> number(out, Double.doubleToLongBits(Double.parseDouble(text)), 8);
            case ColumnTypes.MYSQL_TYPE_DATE -> date(out, text, 4);
            case ColumnTypes.MYSQL_TYPE_DATETIME -> dateTime(out, text);
            case ColumnTypes.MYSQL_TYPE_TIME -> {
                out.write(8);
                out.write(0);
                number(out, 0, 4);
                clock(out, text, 0);
            }
            default -> text(out, text);
        }
    }

    private static void dateTime(ByteArrayOutputStream out, String text) {
        int dot = text.indexOf('.');
        date(out, text, dot < 0 ? 7 : 11);
        clock(out, text, "yyyy-MM-dd ".length());
        if (dot >= 0) {
            number(out, Long.parseLong((text.substring(dot + 1) + "000000").substring(0, 6)), 4);
        }
    }

    private static void date(ByteArrayOutputStream out, String text, int length) {
        out.write(length);
        number(out, Integer.parseInt(text.substring(0, 4)), 2);
        out.write(Integer.parseInt(text.substring(5, 7)));
        out.write(Integer.parseInt(text.substring(8, 10)));
    }

    private static void clock(ByteArrayOutputStream out, String text, int at) {
        for (int part = at; part <= at + 6; part += 3) {
            out.write(Integer.parseInt(text.substring(part, part + 2)));
        }
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        length(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void length(ByteArrayOutputStream out, int length) {
        if (length < 0xfb) {
            out.write(length);
        } else if (length <= 0xffff) {
            out.write(0xfc);
            number(out, length, 2);
        } else if (length <= 0xffffff) {
            out.write(0xfd);
            number(out, length, 3);
        } else {
            out.write(0xfe);
            number(out, length, 8);
        }
    }

    private static void number(ByteArrayOutputStream out, long value, int bytes) {
        for (int at = 0; at < bytes; at++) {
            out.write((int) (value >>> 8 * at));
        }
    }
}
