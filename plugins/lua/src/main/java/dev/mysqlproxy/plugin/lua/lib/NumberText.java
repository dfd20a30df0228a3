package dev.mysqlproxy.plugin.lua.lib;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Numbers to text and back as the C library of Linux does it for Lua: printf's e, f and g, and strtod. */
public final class NumberText {

    /**
     * The NaN that prints without a sign. Processors make NaNs with the sign set, so Lua's {@code 0/0} prints as {@code
     * -nan}; Java does not keep NaN's sign reliably, so that the exception gets a mark instead.
     */
    public static final double POSITIVE_NAN = Double.longBitsToDouble(0x7ff8_0000_0000_0001L);

    private static final int SIGNIFICANT = 14;
    private static final double FIRST_TOO_LONG = 1e14;
    private static final int MAX_NAME = 9;

    private NumberText() {}

    /** As {@code %.14g}, the text a number has in Lua. */
    public static String of(double number) {
        double size = Math.abs(number);
        if (number == Math.rint(number) && size < FIRST_TOO_LONG) {
            return number == 0 && isNegative(number) ? "-0" : Long.toString((long) number);
        }
        String sign = isNegative(number) ? "-" : "";
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return sign + name(number);
        }
        // Text of few digits that reads as the same number rounds the same, and is much cheaper than the exact one.
        BigDecimal decimal = new BigDecimal(Double.toString(size));
        boolean exact = decimal.precision() > SIGNIFICANT || size < Double.MIN_NORMAL;
        return sign + general(exact ? new BigDecimal(size) : decimal, SIGNIFICANT, false);
    }

    /** Whether C would print a minus sign. */
    public static boolean isNegative(double number) {
        if (Double.isNaN(number)) {
            return Double.doubleToRawLongBits(number) != Double.doubleToRawLongBits(POSITIVE_NAN);
        }
        return number < 0 || Double.doubleToRawLongBits(number) < 0;
    }

    /** {@code nan} or {@code inf}, for what is no finite number. */
    public static String name(double number) {
        return Double.isNaN(number) ? "nan" : "inf";
    }

    /** As {@code %.<precision>f}; {@code alternate} is C's flag {@code #}. Not negative. */
    public static String fixed(BigDecimal number, int precision, boolean alternate) {
        String text = number.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
        return alternate && precision == 0 ? text + '.' : text;
    }

    /** As {@code %.<precision>e}. */
    public static String exponent(BigDecimal number, int precision, boolean alternate) {
        if (number.signum() == 0) {
            return scientific("0".repeat(precision + 1), 0, alternate);
        }
        BigDecimal rounded = number.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        String digits = rounded.unscaledValue().toString();
        int exponent = digits.length() - 1 - rounded.scale();
        int missing = precision + 1 - digits.length();
        return scientific(missing > 0 ? digits + "0".repeat(missing) : digits, exponent, alternate);
    }

    private static String scientific(String digits, int exponent, boolean alternate) {
        StringBuilder text = new StringBuilder(digits);
        if (digits.length() > 1 || alternate) {
            text.insert(1, '.');
        }
        int size = Math.abs(exponent);
        return text.append('e')
                .append(exponent < 0 ? '-' : '+')
                .append(size < 10 ? "0" : "")
                .append(size)
                .toString();
    }

    /** As {@code %.<precision>g}. */
    public static String general(BigDecimal number, int precision, boolean alternate) {
        int significant = Math.max(precision, 1);
        int exponent = 0;
        if (number.signum() != 0) {
            BigDecimal rounded = number.round(new MathContext(significant, RoundingMode.HALF_EVEN));
            exponent = rounded.precision() - 1 - rounded.scale();
        }
        if (exponent < -4 || exponent >= significant) {
            String text = exponent(number, significant - 1, alternate);
            int mark = text.indexOf('e');
            return alternate ? text : withoutZeros(text.substring(0, mark)) + text.substring(mark);
        }
        String text = fixed(number, significant - 1 - exponent, alternate);
        return alternate ? text : withoutZeros(text);
    }

    private static String withoutZeros(String text) {
        if (text.indexOf('.') < 0) {
            return text;
        }
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }

    /** A double cut to an integer as the processor does it for C: what does not fit is the smallest one. */
    public static long toInteger(double number) {
        return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
    }

    /** A double cut to an unsigned integer of 64 bits as C does it. */
    public static long toUnsigned(double number) {
        return number < 0x1p63 ? toInteger(number) : toInteger(number - 0x1p63) ^ Long.MIN_VALUE;
    }

    /**
     * What strtod makes of all of these bytes, with space around them, up to the first zero byte.
     *
     * @return null if that is not a number
     */
    public static Double parse(byte[] bytes, int offset, int length) {
        int end = offset;
        while (end < offset + length && bytes[end] != 0) {
            end++;
        }
        int start = offset;
        while (start < end && isSpace(bytes[start])) {
            start++;
        }
        while (end > start && isSpace(bytes[end - 1])) {
            end--;
        }
        if (start == end) {
            return null;
        }
        boolean negative = bytes[start] == '-';
        if (negative || bytes[start] == '+') {
            start++;
        }
        Double size = unsigned(bytes, start, end);
        if (size == null) {
            return null;
        }
        return negative ? negative(size) : size;
    }

    private static Double negative(double size) {
        return Double.isNaN(size) ? Double.NaN : -size;
    }

    private static Double unsigned(byte[] bytes, int start, int end) {
        if (start < end && (bytes[start] | 0x20) >= 'i') {
            return named(bytes, start, end);
        }
        boolean hex = end - start > 2 && bytes[start] == '0' && (bytes[start + 1] | 0x20) == 'x';
        int at = hex ? start + 2 : start;
        int digits = 0;
        boolean point = false;
        for (; at < end; at++) {
            if (Character.digit(bytes[at], hex ? 16 : 10) >= 0) {
                digits++;
            } else if (bytes[at] == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        boolean exponent = at < end && (bytes[at] | 0x20) == (hex ? 'p' : 'e');
        if (digits == 0 || (exponent ? !isExponent(bytes, at + 1, end) : at < end)) {
            return null;
        }
        String text = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        return Double.valueOf(hex && !exponent ? text + "p0" : text);
    }

    private static boolean isExponent(byte[] bytes, int start, int end) {
        int at = start < end && (bytes[start] == '+' || bytes[start] == '-') ? start + 1 : start;
        if (at == end) {
            return false;
        }
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at == end;
    }

    private static Double named(byte[] bytes, int start, int end) {
        if (end - start > MAX_NAME && bytes[end - 1] != ')') {
            return null;
        }
        String text = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        if (text.equalsIgnoreCase("inf") || text.equalsIgnoreCase("infinity")) {
            return Double.POSITIVE_INFINITY;
        }
        return text.matches("(?i)nan(\\([0-9a-z_]*\\))?") ? POSITIVE_NAN : null;
    }

    /** C's isspace. */
    public static boolean isSpace(int character) {
        return character == ' ' || (character >= '\t' && character <= '\r');
    }

    /**
     * What strtoul makes of all of these bytes, with space around them, up to the first zero byte.
     *
     * @param base 2 to 36
     * @return null if that is not a number
     */
    public static Double parse(byte[] bytes, int offset, int length, int base) {
        int end = offset + length;
        int at = offset;
        while (at < end && isSpace(bytes[at])) {
            at++;
        }
        boolean negative = at < end && bytes[at] == '-';
        if (at < end && (negative || bytes[at] == '+')) {
            at++;
        }
        if (base == 16
                && end - at > 2
                && bytes[at] == '0'
                && (bytes[at + 1] | 0x20) == 'x'
                && Character.digit(bytes[at + 2], base) >= 0) {
            at += 2;
        }
        int first = at;
        long number = 0;
        boolean tooLarge = false;
        for (; at < end && Character.digit(bytes[at], base) >= 0; at++) {
            int digit = Character.digit(bytes[at], base);
            tooLarge |= Long.compareUnsigned(number, Long.divideUnsigned(-1L - digit, base)) > 0;
            number = number * base + digit;
        }
        boolean empty = at == first;
        while (at < end && isSpace(bytes[at])) {
            at++;
        }
        if (empty || (at < end && bytes[at] != 0)) {
            return null;
        }
        return toDouble(tooLarge ? -1 : negative ? -number : number);
    }

    private static double toDouble(long unsigned) {
        return unsigned >= 0 ? unsigned : new BigDecimal(Long.toUnsignedString(unsigned)).doubleValue();
    }
}
