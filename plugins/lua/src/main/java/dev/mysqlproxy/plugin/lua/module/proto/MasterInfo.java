package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * The text of a replica's {@code master.info}: a line per field, of which the first says how many lines there are. New
 * is {@code more_lines}, a list of those behind the fields known here.
 */
final class MasterInfo {

    /** Fields in the order of their lines, those with a {@code #} being numbers. */
    private static final String[] LINES = {
        "master_log_file",
        "#master_log_pos",
        "master_host",
        "master_user",
        "master_password",
        "#master_port",
        "#master_connect_retry",
        "#master_ssl",
        "master_ssl_ca",
        "master_ssl_capath",
        "master_ssl_cert",
        "master_ssl_cipher",
        "master_ssl_key",
        "#master_ssl_verify_server_cert",
    };

    private static final String LAST = "master_ssl_verify_server_cert";
    private static final int WITH_LAST = 15;
    private static final int FEWEST = 14;
    private static final int MOST = 1000;
    private static final int MAX_DIGITS = 20;

    private MasterInfo() {}

    static LuaValue read(ByteBuf in, Varargs args) {
        long count = number(line(in));
        if (count < FEWEST || count > MOST) {
            throw new ProtocolViolationException("no master.info");
        }
        Fields fields = new Fields().put("master_lines", count);
        int known = count >= WITH_LAST ? LINES.length : LINES.length - 1;
        for (int i = 0; i < known; i++) {
            String name = LINES[i];
            if (name.startsWith("#")) {
                fields.put(name.substring(1), number(line(in)));
            } else {
                fields.put(name, line(in));
            }
        }
        if (count > WITH_LAST && in.isReadable()) {
            LuaTable more = new PucTable();
            for (int i = 1; i <= count - WITH_LAST && in.isReadable(); i++) {
                more.rawset(i, Strings.lua(line(in)));
            }
            fields.put("more_lines", more);
        }
        return fields.table();
    }

    private static byte[] line(ByteBuf in) {
        int length = in.bytesBefore((byte) '\n');
        if (length < 0) {
            throw new ProtocolViolationException("a line has no end");
        }
        byte[] line = new byte[length];
        in.readBytes(line).skipBytes(1);
        return line;
    }

    private static long number(byte[] line) {
        String digits = new String(line, StandardCharsets.ISO_8859_1).trim();
        if (digits.length() > MAX_DIGITS) {
            throw new ProtocolViolationException("no number");
        }
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw new ProtocolViolationException("no number");
        }
    }

    static void write(Fields fields, ByteBuf out) {
        LuaTable more = fields.table("more_lines");
        int behind = more == null ? 0 : more.rawlen();
        long count = fields.number("master_lines", WITH_LAST + behind);
        if (count < FEWEST || count > MOST) {
            throw new LuaError(".master_lines has to be " + FEWEST + " to " + MOST);
        }
        line(out, Long.toString(count).getBytes(StandardCharsets.US_ASCII));
        for (String line : LINES) {
            String name = line.startsWith("#") ? line.substring(1) : line;
            if (name.equals(LAST) && count < WITH_LAST) {
                return;
            }
            line(out, name.equals(line) ? fields.bytes(name) : decimal(fields.number(name, 0)));
        }
        for (int i = 1; i <= count - WITH_LAST; i++) {
            LuaValue value = i <= behind ? more.rawget(i) : LuaValue.EMPTYSTRING;
            if (!value.isstring()) {
                throw new LuaError(".more_lines has to have strings only");
            }
            line(out, fields.copy(value));
        }
    }

    private static byte[] decimal(long value) {
        return Long.toUnsignedString(value).getBytes(StandardCharsets.US_ASCII);
    }

    private static void line(ByteBuf out, byte[] text) {
        for (byte value : text) {
            if (value == '\n') {
                throw new LuaError("a line of master.info cannot have a line feed");
            }
        }
        out.writeBytes(text).writeByte('\n');
    }
}
