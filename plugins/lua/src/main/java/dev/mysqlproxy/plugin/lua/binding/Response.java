package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.decision.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** Reads {@code proxy.response}. */
public final class Response {

    /** What the client gets for a response that cannot be sent. */
    public static final Reply.Err UNUSABLE =
            Reply.error(1105, "07000", "(lua) handling proxy.response failed, check error-log");

    private static final Reply.Err NO_TEXT = Reply.error(1105, "07000", "(lua) proxy.response.errmsg is nil");
    private static final int UNKNOWN_ERROR = 1105;
    private static final int MAX_CODE = 0xfffe;
    private static final String GENERAL_STATE = "07000";
    private static final int STATE_LENGTH = 5;
    private static final int MAX_MESSAGE = 512;

    private static final LuaString TYPE = LuaString.valueOf("type");
    private static final LuaString RESULTSET = LuaString.valueOf("resultset");
    private static final LuaString FIELDS = LuaString.valueOf("fields");
    private static final LuaString ROWS = LuaString.valueOf("rows");
    private static final LuaString NAME = LuaString.valueOf("name");
    private static final LuaString PACKETS = LuaString.valueOf("packets");

    private final LuaTable response;
    private final ScriptLog log;

    private Response(LuaTable response, ScriptLog log) {
        this.response = response;
        this.log = log;
    }

    /** The reply that the script wants, or {@link #UNUSABLE} after a log line; compare by identity. */
    public static Reply read(LuaValue value, ScriptLog log) {
        if (!(value instanceof LuaTable response)) {
            return refuse(log, "proxy.response has to be a table, is a " + value.typename());
        }
        return new Response(response, log).read();
    }

    private static Reply refuse(ScriptLog log, String why) {
        log.message("(lua) " + why);
        return UNUSABLE;
    }

    private Reply refuse(String why) {
        return refuse(log, why);
    }

    private Reply read() {
        LuaValue type = response.get(TYPE);
        LuaValue number = type.tonumber();
        if (number.isnil()) {
            return refuse("proxy.response.type has to be a number, is a " + type.typename());
        }
        return switch ((int) number.todouble()) {
            case Constants.MYSQLD_PACKET_OK -> ok();
            case Constants.MYSQLD_PACKET_ERR -> error();
            case Constants.MYSQLD_PACKET_RAW -> raw();
            default -> refuse("proxy.response.type is unknown: " + number.tojstring());
        };
    }

    private Reply ok() {
        if (response.get(RESULTSET) instanceof LuaTable set) {
            return resultSet(set);
        }
        return new Reply.Ok(
                Values.unsigned(response.get(LuaString.valueOf("affected_rows"))),
                Values.unsigned(response.get(LuaString.valueOf("insert_id"))),
                0,
                "");
    }

    private Reply resultSet(LuaTable set) {
        if (!(set.get(FIELDS) instanceof LuaTable fields)) {
            return refuse("proxy.response.resultset.fields has to be a table");
        }
        LuaValue rows = set.get(ROWS);
        if (!rows.isnil() && !rows.istable()) {
            return refuse("proxy.response.resultset.rows has to be a table");
        }
        List<Reply.Column> columns = new ArrayList<>();
        for (LuaValue field = fields.get(1); !field.isnil(); field = fields.get(columns.size() + 1)) {
            if (!(field instanceof LuaTable table)) {
                return refuse("proxy.response.resultset.fields[" + (columns.size() + 1) + "] has to be a table");
            }
            columns.add(column(table, columns.size() + 1));
        }
        if (columns.isEmpty()) {
            return refuse("proxy.response.resultset.fields has no field");
        }
        return rows instanceof LuaTable table ? withRows(columns, table) : new Reply.ByteRows(columns, List.of());
    }

    private Reply.Column column(LuaTable field, int index) {
        LuaValue name = field.get(NAME);
        String text = "no-field-name";
        if (name instanceof LuaString || name.type() == LuaValue.TNUMBER) {
            text = name.tojstring();
        } else {
            log.warning("(lua) proxy.response.resultset.fields[" + index + "].name is missing");
        }
        LuaValue type = field.get(TYPE).tonumber();
        if (type.isnil()) {
            log.warning("(lua) proxy.response.resultset.fields[" + index + "].type is missing");
            return new Reply.Column(text, Constants.MYSQL_TYPE_STRING);
        }
        return new Reply.Column(text, (int) type.todouble() & 0xff);
    }

    private Reply withRows(List<Reply.Column> columns, LuaTable table) {
        List<List<byte[]>> rows = new ArrayList<>();
        for (LuaValue row = table.get(1); !row.isnil(); row = table.get(rows.size() + 1)) {
            if (!(row instanceof LuaTable values)) {
                return refuse("proxy.response.resultset.rows[" + (rows.size() + 1) + "] has to be a table");
            }
            List<byte[]> bytes = new ArrayList<>(columns.size());
            for (int i = 1; i <= columns.size(); i++) {
                bytes.add(value(values.get(i)));
            }
            rows.add(bytes);
        }
        return new Reply.ByteRows(columns, rows);
    }

    /** Text of strings and numbers; null, which is NULL, for everything else. */
    private static byte[] value(LuaValue value) {
        if (value instanceof LuaString string) {
            return Values.bytes(string);
        }
        return value.type() == LuaValue.TNUMBER ? Values.bytes(value.strvalue()) : null;
    }

    private Reply error() {
        LuaValue message = response.get(LuaString.valueOf("errmsg"));
        if (!(message instanceof LuaString) && message.type() != LuaValue.TNUMBER) {
            return NO_TEXT;
        }
        int code = code(response.get(LuaString.valueOf("errcode")));
        String state = state(response.get(LuaString.valueOf("sqlstate")));
        byte[] text = Values.bytes(message.strvalue());
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
            return Reply.error(code, state, decoded);
        } catch (CharacterCodingException e) {
            // text in another character set goes out as it is
            return new Reply.Raw(List.of(packet(code, state, text)));
        }
    }

    private static int code(LuaValue value) {
        LuaValue number = value.tonumber();
        int code = number.isnil() ? UNKNOWN_ERROR : (int) (long) number.todouble();
        return code < 1 || code > MAX_CODE ? UNKNOWN_ERROR : code;
    }

    private static String state(LuaValue value) {
        if (!(value instanceof LuaString) && value.type() != LuaValue.TNUMBER) {
            return GENERAL_STATE;
        }
        byte[] bytes = Values.bytes(value.strvalue());
        if (bytes.length == 0) {
            return GENERAL_STATE;
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1) + "00000";
        return text.substring(0, STATE_LENGTH);
    }

    private static byte[] packet(int code, String state, byte[] text) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0xff);
        packet.write(code & 0xff);
        packet.write(code >> 8);
        packet.write('#');
        packet.writeBytes(state.getBytes(StandardCharsets.ISO_8859_1));
        packet.write(text, 0, Math.min(text.length, MAX_MESSAGE));
        return packet.toByteArray();
    }

    private Reply raw() {
        if (!(response.get(PACKETS) instanceof LuaTable packets)) {
            return refuse("proxy.response.packets has to be a table");
        }
        List<byte[]> payloads = new ArrayList<>();
        for (LuaValue packet = packets.get(1); !packet.isnil(); packet = packets.get(payloads.size() + 1)) {
            if (!(packet instanceof LuaString) && packet.type() != LuaValue.TNUMBER) {
                return refuse("proxy.response.packets[" + (payloads.size() + 1) + "] has to be a string, is a "
                        + packet.typename());
            }
            payloads.add(Values.bytes(packet.strvalue()));
        }
        return payloads.isEmpty() ? refuse("proxy.response.packets has no packet") : new Reply.Raw(payloads);
    }
}
