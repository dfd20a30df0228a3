package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Reads from a file by Lua's formats: a line, a number, everything, or so many bytes. */
final class IoLibReader {

    private static final LuaString EMPTY = LuaString.valueOf("");

    private final LuaState state;
    private byte[] bytes = new byte[128];
    private int length;

    IoLibReader(LuaState state) {
        this.state = state;
    }

    /** By the formats from this argument on, a line without any; nil for the first that fails, which is the last. */
    Varargs read(IoFile file, Varargs args, int first) throws IOException {
        if (args.narg() < first) {
            return line(file);
        }
        List<LuaValue> results = new ArrayList<>();
        for (int i = first; i <= args.narg(); i++) {
            LuaValue result = args.arg(i).type() == LuaValue.TNUMBER
                    ? count(file, (long) Args.number(args, i))
                    : byLetter(file, args, i);
            results.add(result);
            if (result.isnil()) {
                break;
            }
        }
        return LuaValue.varargsOf(results.toArray(new LuaValue[0]));
    }

    private LuaValue byLetter(IoFile file, Varargs args, int position) throws IOException {
        LuaValue format = args.arg(position);
        if (!(format instanceof LuaString text) || text.m_length == 0 || text.luaByte(0) != '*') {
            throw new BadArgument(position, "invalid option");
        }
        return switch (text.m_length > 1 ? text.luaByte(1) : 0) {
            case 'n' -> number(file);
            case 'l' -> line(file);
            case 'a' -> all(file);
            default -> throw new BadArgument(position, "invalid format");
        };
    }

    /** Up to a newline, which is dropped; nil at the end. */
    LuaValue line(IoFile file) throws IOException {
        length = 0;
        boolean some = false;
        while (true) {
            int found = file.untilNewline();
            int count = found >= 0 ? found : -1 - found;
            if (found < 0 && count == 0) {
                return some ? taken() : LuaValue.NIL;
            }
            some = true;
            take(file, count);
            if (found >= 0) {
                file.skip();
                return taken();
            }
        }
    }

    private LuaValue all(IoFile file) throws IOException {
        length = 0;
        while (file.peek() != IoFile.END) {
            take(file, 8192);
        }
        return taken();
    }

    /** A negative count is a very large one to C, and so it is here. */
    private LuaValue count(IoFile file, long count) throws IOException {
        length = 0;
        if (count == 0) {
            return file.peek() == IoFile.END ? LuaValue.NIL : EMPTY;
        }
        long wanted = count < 0 ? Long.MAX_VALUE : count;
        while (length < wanted && file.peek() != IoFile.END) {
            take(file, (int) Math.min(8192, wanted - length));
        }
        return length == 0 ? LuaValue.NIL : taken();
    }

    /** So many bytes, or fewer when the buffer or the file holds no more. */
    private void take(IoFile file, int count) throws IOException {
        state.building(count);
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
        }
        if (count > 0) {
            length += Math.max(0, file.read(bytes, length, count));
        }
    }

    private LuaString taken() {
        return LuaString.valueUsing(Arrays.copyOf(bytes, length));
    }

    /** As scanf reads a number: what fits is consumed, be it a number or not; of a broken word one byte more. */
    private LuaValue number(IoFile file) throws IOException {
        length = 0;
        while (isSpace(file.peek())) {
            file.skip();
        }
        accept(file, "+-");
        int letter = file.peek() | 0x20;
        if (letter == 'i') {
            return word(file, "infinity", 3, Double.POSITIVE_INFINITY);
        }
        if (letter == 'n') {
            return word(file, "nan", 3, Double.NaN);
        }
        return digits(file);
    }

    private LuaValue digits(IoFile file) throws IOException {
        boolean hex = false;
        if (accept(file, "0") && accept(file, "xX")) {
            hex = true;
        }
        String digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
        acceptAll(file, digits);
        if (accept(file, ".")) {
            acceptAll(file, digits);
        }
        int mantissa = length;
        boolean some = length > 0 && hasDigit(hex);
        if (some && accept(file, hex ? "pP" : "eE")) {
            accept(file, "+-");
            if (acceptAll(file, "0123456789")) {
                mantissa = length;
            }
        }
        if (!some) {
            return LuaValue.NIL;
        }
        String text = new String(bytes, 0, mantissa, StandardCharsets.ISO_8859_1);
        boolean exponent = text.indexOf('p') > 0 || text.indexOf('P') > 0;
        return LuaValue.valueOf(Double.parseDouble(hex && !exponent ? text + "p0" : text));
    }

    private boolean hasDigit(boolean hex) {
        int start = bytes[0] == '+' || bytes[0] == '-' ? 1 : 0;
        for (int i = hex ? start + 2 : start; i < length; i++) {
            if (bytes[i] != '.') {
                return true;
            }
        }
        return false;
    }

    private LuaValue word(IoFile file, String word, int least, double value) throws IOException {
        int start = length;
        boolean negative = start > 0 && bytes[0] == '-';
        for (int i = 0; i < word.length(); i++) {
            int seen = file.peek();
            if ((seen | 0x20) != word.charAt(i)) {
                break;
            }
            keep(file, seen);
        }
        int count = length - start;
        if (count == least || count == word.length()) {
            return LuaValue.valueOf(negative ? -value : value);
        }
        if (file.peek() != IoFile.END) {
            file.skip();
        }
        return LuaValue.NIL;
    }

    private boolean accept(IoFile file, String chars) throws IOException {
        int seen = file.peek();
        if (seen == IoFile.END || chars.indexOf(seen) < 0) {
            return false;
        }
        keep(file, seen);
        return true;
    }

    private boolean acceptAll(IoFile file, String chars) throws IOException {
        boolean some = false;
        while (accept(file, chars)) {
            some = true;
            state.spend(1);
        }
        return some;
    }

    private void keep(IoFile file, int seen) {
        if (bytes.length == length) {
            state.building(length);
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) seen;
        file.skip();
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
