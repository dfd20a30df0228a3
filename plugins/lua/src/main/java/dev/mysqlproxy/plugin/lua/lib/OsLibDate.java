package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Date;
import java.util.Locale;
import java.util.TimeZone;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** {@code os.date}: strftime of the C locale, one letter after each percent sign; or a table of fields. */
final class OsLibDate {

    /** Java's calendar ends here; C's goes on to the year two thousand million. */
    private static final double LAST = Instant.MAX.getEpochSecond() - 86400.0 * 366;

    private final ZonedDateTime time;
    private final boolean utc;

    private OsLibDate(ZonedDateTime time, boolean utc) {
        this.time = time;
        this.utc = utc;
    }

    static Varargs date(LuaState state, Varargs args) {
        LuaString format = Args.string(args, 1, LuaString.valueOf("%c"));
        double seconds = Args.number(args, 2, (double) Instant.now().getEpochSecond());
        if (!(Math.abs(seconds) < LAST)) {
            return LuaValue.NIL;
        }
        int start = 0;
        boolean utc = format.m_length > 0 && format.luaByte(0) == '!';
        if (utc) {
            start = 1;
        }
        ZoneId zone = utc ? ZoneOffset.UTC : ZoneId.systemDefault();
        OsLibDate date = new OsLibDate(Instant.ofEpochSecond((long) seconds).atZone(zone), utc);
        String text = new String(
                format.m_bytes, format.m_offset + start, format.m_length - start, StandardCharsets.ISO_8859_1);
        return text.split("\0", 2)[0].equals("*t") ? date.table(state) : date.formatted(text);
    }

    private LuaTable table(LuaState state) {
        LuaTable table = state.newTable(0, 9);
        set(table, "sec", time.getSecond());
        set(table, "min", time.getMinute());
        set(table, "hour", time.getHour());
        set(table, "day", time.getDayOfMonth());
        set(table, "month", time.getMonthValue());
        set(table, "year", time.getYear());
        set(table, "wday", weekday() + 1);
        set(table, "yday", time.getDayOfYear());
        table.rawset(LuaString.valueOf("isdst"), LuaValue.valueOf(saving()));
        return table;
    }

    private static void set(LuaTable table, String name, int value) {
        table.rawset(LuaString.valueOf(name), LuaValue.valueOf(value));
    }

    private boolean saving() {
        return time.getZone().getRules().isDaylightSavings(time.toInstant());
    }

    /** 0 is Sunday. */
    private int weekday() {
        return time.getDayOfWeek().getValue() % 7;
    }

    private LuaString formatted(String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < format.length() && format.charAt(i) != 0; i++) {
            char c = format.charAt(i);
            boolean conversion = c == '%' && i + 1 < format.length() && format.charAt(i + 1) != 0;
            String text = conversion ? field(format.charAt(++i)) : String.valueOf(c);
            out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return LuaString.valueUsing(out.toByteArray());
    }

    private String field(char conversion) {
        return switch (conversion) {
            case 'c' -> all("a b e T Y");
            case 'D', 'x' -> all("m/d/y");
            case 'F' -> all("Y-m-d");
            case 'r' -> all("I:M:S p");
            case 'R' -> all("H:M");
            case 'T', 'X' -> all("H:M:S");
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            default -> {
                String clock = clockField(conversion);
                String text = clock == null ? dayField(conversion) : clock;
                yield text == null ? "%" + conversion : text;
            }
        };
    }

    /** Letters are conversions, everything else stands for itself. */
    private String all(String conversions) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < conversions.length(); i++) {
            char c = conversions.charAt(i);
            text.append(Character.isLetter(c) ? field(c) : String.valueOf(c));
        }
        return text.toString();
    }

    private String clockField(char conversion) {
        int hour = time.getHour();
        int twelve = hour % 12 == 0 ? 12 : hour % 12;
        return switch (conversion) {
            case 'H' -> zeros(hour, 2);
            case 'I' -> zeros(twelve, 2);
            case 'k' -> space(hour);
            case 'l' -> space(twelve);
            case 'M' -> zeros(time.getMinute(), 2);
            case 'S' -> zeros(time.getSecond(), 2);
            case 'p' -> hour < 12 ? "AM" : "PM";
            case 'P' -> hour < 12 ? "am" : "pm";
            case 's' -> String.valueOf(epochOfLocal());
            case 'z' -> offset();
            case 'Z' -> zoneName();
            default -> null;
        };
    }

    private String dayField(char conversion) {
        int year = time.getYear();
        int yearOfWeek = time.get(IsoFields.WEEK_BASED_YEAR);
        int yearDay = time.getDayOfYear() - 1;
        return switch (conversion) {
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ROOT);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ROOT);
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'C' -> String.valueOf(Math.floorDiv(year, 100));
            case 'd' -> zeros(time.getDayOfMonth(), 2);
            case 'e' -> space(time.getDayOfMonth());
            case 'g' -> zeros(Math.floorMod(yearOfWeek, 100), 2);
            case 'G' -> String.valueOf(yearOfWeek);
            case 'j' -> zeros(yearDay + 1, 3);
            case 'm' -> zeros(time.getMonthValue(), 2);
            case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
            case 'U' -> zeros((yearDay + 7 - weekday()) / 7, 2);
            case 'V' -> zeros(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
            case 'w' -> String.valueOf(weekday());
            case 'W' -> zeros((yearDay + 7 - (weekday() + 6) % 7) / 7, 2);
            case 'y' -> zeros(Math.floorMod(year, 100), 2);
            case 'Y' -> String.valueOf(year);
            default -> null;
        };
    }

    /** As C has it: the fields read as local time, even those of UTC. */
    private long epochOfLocal() {
        LocalDateTime fields = time.toLocalDateTime();
        return OsLibTime.seconds(fields, ZoneId.systemDefault().getRules(), LuaValue.valueOf(saving()));
    }

    private String offset() {
        int minutes = time.getOffset().getTotalSeconds() / 60;
        int absolute = Math.abs(minutes);
        return (minutes < 0 ? "-" : "+") + zeros(absolute / 60, 2) + zeros(absolute % 60, 2);
    }

    private String zoneName() {
        if (utc) {
            return "GMT";
        }
        TimeZone zone = TimeZone.getTimeZone(time.getZone());
        return zone.getDisplayName(zone.inDaylightTime(Date.from(time.toInstant())), TimeZone.SHORT, Locale.ENGLISH);
    }

    private static String zeros(int value, int width) {
        return "0".repeat(Math.max(0, width - String.valueOf(value).length())) + value;
    }

    private static String space(int value) {
        return value < 10 ? " " + value : String.valueOf(value);
    }
}
