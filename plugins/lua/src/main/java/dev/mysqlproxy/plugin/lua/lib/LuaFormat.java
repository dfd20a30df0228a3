package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.Varargs;

/** One call of string.format: C's printf as Lua 5.1 lets it through. */
final class LuaFormat {

    private static final String FLAGS = "-+ #0";
    /** From this length on a string goes in whole; a shorter one ends at a zero byte, as for printf. */
    private static final int LONG_STRING = 100;

    private final LuaState state;
    private final Varargs args;
    private final LuaString format;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int at;
    private int argument = 1;

    private String flags;
    private int width;
    private int precision;

    LuaFormat(LuaState state, Varargs args) {
        this.state = state;
        this.args = args;
        format = Args.string(args, 1);
    }

    LuaString run() {
        state.building(format.m_length);
        while (at < format.m_length) {
            int here = format.luaByte(at++);
            if (here != '%') {
                out.write(here);
            } else if (next() == '%') {
                out.write('%');
                at++;
            } else {
                item();
            }
        }
        return LuaString.valueUsing(out.toByteArray());
    }

    private int next() {
        return at < format.m_length ? format.luaByte(at) : 0;
    }

    private boolean nextIsDigit() {
        return next() >= '0' && next() <= '9';
    }

    private void item() {
        if (++argument > args.narg()) {
            throw new BadArgument(argument, "no value");
        }
        specification();
        int conversion = next();
        at++;
        switch (conversion) {
            case 'c' -> character((int) NumberText.toInteger(Args.number(args, argument)));
            case 'd', 'i' -> signed(NumberText.toInteger(Args.number(args, argument)));
            case 'o', 'u', 'x', 'X' -> unsigned(NumberText.toUnsigned(Args.number(args, argument)), conversion);
            case 'e', 'E', 'f', 'g', 'G' -> floating(Args.number(args, argument), conversion);
            case 'q' -> quoted(Args.string(args, argument));
            case 's' -> string(Args.string(args, argument));
            default ->
                throw new LuaError("invalid option '%" + (conversion == 0 ? "" : (char) conversion) + "' to 'format'");
        }
    }

    private void specification() {
        int start = at;
        while (next() != 0 && FLAGS.indexOf(next()) >= 0) {
            at++;
        }
        if (at - start > FLAGS.length()) {
            throw new LuaError("invalid format (repeated flags)");
        }
        flags = new String(format.m_bytes, format.m_offset + start, at - start, StandardCharsets.ISO_8859_1);
        width = twoDigits();
        precision = -1;
        if (next() == '.') {
            at++;
            precision = twoDigits();
        }
        if (nextIsDigit()) {
            throw new LuaError("invalid format (width or precision too long)");
        }
    }

    private int twoDigits() {
        int number = 0;
        for (int digits = 0; digits < 2 && nextIsDigit(); digits++) {
            number = number * 10 + next() - '0';
            at++;
        }
        return number;
    }

    private boolean has(char flag) {
        return flags.indexOf(flag) >= 0;
    }

    /** A zero byte ends the text, and with it what printf printed before it is all there is. */
    private void character(int character) {
        boolean zero = (character & 0xff) == 0;
        int padding = Math.max(width - 1, 0);
        if (!has('-')) {
            pad(padding, ' ');
        }
        if (!zero) {
            out.write(character);
            if (has('-')) {
                pad(padding, ' ');
            }
        }
    }

    private void pad(int count, int character) {
        for (int done = 0; done < count; done++) {
            out.write(character);
        }
    }

    private void signed(long number) {
        String digits = number < 0 ? Long.toString(number).substring(1) : Long.toString(number);
        integer(sign(number < 0), digits, number == 0);
    }

    private String sign(boolean negative) {
        return negative ? "-" : has('+') ? "+" : has(' ') ? " " : "";
    }

    private void unsigned(long number, int conversion) {
        switch (conversion) {
            case 'o' -> {
                String digits = Long.toOctalString(number);
                boolean zero = number == 0;
                if (has('#') && (!zero || precision == 0) && digits.length() >= precision) {
                    integer("", zero ? "0" : "0" + digits, false);
                } else {
                    integer("", digits, zero);
                }
            }
            case 'u' -> integer("", Long.toUnsignedString(number), number == 0);
            default -> {
                String prefix = has('#') && number != 0 ? "0" + (char) conversion : "";
                String digits = Long.toHexString(number);
                integer(prefix, conversion == 'X' ? digits.toUpperCase(Locale.ROOT) : digits, number == 0);
            }
        }
    }

    private void integer(String prefix, String text, boolean zero) {
        String digits = zero && precision == 0 ? "" : text;
        digits = "0".repeat(Math.max(precision - digits.length(), 0)) + digits;
        number(prefix, digits, precision < 0);
    }

    /** Zeros fill up between prefix and digits. */
    private void number(String prefix, String digits, boolean mayFillWithZeros) {
        int padding = Math.max(width - prefix.length() - digits.length(), 0);
        boolean zeros = has('0') && !has('-') && mayFillWithZeros;
        if (!has('-') && !zeros) {
            pad(padding, ' ');
        }
        write(prefix);
        if (zeros) {
            pad(padding, '0');
        }
        write(digits);
        if (has('-')) {
            pad(padding, ' ');
        }
    }

    private void write(String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void floating(double number, int conversion) {
        boolean finite = !Double.isNaN(number) && !Double.isInfinite(number);
        String text = finite
                ? digits(new BigDecimal(Math.abs(number)), Character.toLowerCase(conversion))
                : NumberText.name(number);
        if (Character.isUpperCase(conversion)) {
            text = text.toUpperCase(Locale.ROOT);
        }
        number(sign(NumberText.isNegative(number)), text, finite);
    }

    private String digits(BigDecimal size, int conversion) {
        int places = precision < 0 ? 6 : precision;
        return switch (conversion) {
            case 'e' -> NumberText.exponent(size, places, has('#'));
            case 'f' -> NumberText.fixed(size, places, has('#'));
            default -> NumberText.general(size, places, has('#'));
        };
    }

    private void quoted(LuaString text) {
        state.building(text.m_length);
        out.write('"');
        for (int index = 0; index < text.m_length; index++) {
            int here = text.luaByte(index);
            switch (here) {
                case '"', '\\', '\n' -> {
                    out.write('\\');
                    out.write(here);
                }
                case '\r' -> write("\\r");
                case 0 -> write("\\000");
                default -> out.write(here);
            }
        }
        out.write('"');
    }

    private void string(LuaString text) {
        if (precision < 0 && text.m_length >= LONG_STRING) {
            state.building(text.m_length);
            out.write(text.m_bytes, text.m_offset, text.m_length);
            return;
        }
        int end = text.indexOf((byte) 0, 0);
        int length = end < 0 ? text.m_length : end;
        if (precision >= 0) {
            length = Math.min(length, precision);
        }
        int padding = Math.max(width - length, 0);
        if (!has('-')) {
            pad(padding, ' ');
        }
        out.write(text.m_bytes, text.m_offset, length);
        if (has('-')) {
            pad(padding, ' ');
        }
    }
}
