package dev.mysqlproxy.plugin.admin.engine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.api.Interval;

/**
 * MySQL's functions that the engine lacks. Each has only its arguments to look at and makes no more than they are long. NULL
 * gives NULL. In the engine's process, where this is the only class that SQL can name.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/date-and-time-functions.html">Date and Time Functions</a>
 */
public final class MySqlFunctions {

    /** Their names in SQL, and here. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("convert_tz", "convertTz"),
            Map.entry("date_add", "dateAdd"),
            Map.entry("date_format", "dateFormat"),
            Map.entry("date_sub", "dateSub"),
            Map.entry("format", "format"),
            Map.entry("last_day", "lastDay"),
            Map.entry("mysql_datediff", "dateDiff"),
            Map.entry("sec_to_time", "secToTime"),
            Map.entry("substring_index", "substringIndex"),
            Map.entry("time_to_sec", "timeToSec"),
            Map.entry("timediff", "timeDiff"),
            Map.entry("to_days", "toDays"),
            Map.entry("utc_date", "utcDate"),
            Map.entry("utc_time", "utcTime"),
            Map.entry("utc_timestamp", "utcTimestamp"),
            Map.entry("weekday", "weekday"));

    private static final long DAYS_BEFORE_EPOCH = 719_528;
    private static final int MOST_DIGITS = 30;
    private static final Pattern TIME =
            Pattern.compile("(-?)([0-9]{1,4}):([0-5]?[0-9]):([0-5]?[0-9])(?:\\.[0-9]{1,9})?");

    /** What stands behind a {@code %} of DATE_FORMAT, as Java writes it. */
    private static final Map<Character, String> FORMATS = Map.ofEntries(
            Map.entry('a', "EEE"),
            Map.entry('b', "MMM"),
            Map.entry('c', "M"),
            Map.entry('d', "dd"),
            Map.entry('e', "d"),
            Map.entry('f', "SSSSSS"),
            Map.entry('H', "HH"),
            Map.entry('h', "hh"),
            Map.entry('I', "hh"),
            Map.entry('i', "mm"),
            Map.entry('j', "DDD"),
            Map.entry('k', "H"),
            Map.entry('l', "h"),
            Map.entry('M', "MMMM"),
            Map.entry('m', "MM"),
            Map.entry('p', "a"),
            Map.entry('r', "hh:mm:ss a"),
            Map.entry('S', "ss"),
            Map.entry('s', "ss"),
            Map.entry('T', "HH:mm:ss"),
            Map.entry('W', "EEEE"),
            Map.entry('Y', "yyyy"),
            Map.entry('y', "yy"));

    private MySqlFunctions() {}

    /** Makes those known that a statement mentions: each takes half a millisecond. */
    static void define(String sql, Statement owner) throws SQLException {
        String text = sql.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, String> name : NAMES.entrySet()) {
            if (text.contains(name.getKey())) {
                owner.execute("CREATE ALIAS \"proxy\".\"" + name.getKey() + "\" FOR '" + MySqlFunctions.class.getName()
                        + '.' + name.getValue() + '\'');
            }
        }
    }

    public static LocalDateTime dateAdd(LocalDateTime time, Interval interval) {
        return time == null || interval == null ? null : plus(time, interval, 1);
    }

    public static LocalDateTime dateSub(LocalDateTime time, Interval interval) {
        return time == null || interval == null ? null : plus(time, interval, -1);
    }

    private static LocalDateTime plus(LocalDateTime time, Interval interval, int sign) {
        Duration duration = Duration.ofDays(interval.getDays())
                .plusHours(interval.getHours())
                .plusMinutes(interval.getMinutes())
                .plusNanos(interval.getSecondsAndNanos());
        return time.plusMonths(sign * (interval.getYears() * 12 + interval.getMonths()))
                .plus(duration.multipliedBy(sign));
    }

    public static String dateFormat(LocalDateTime time, String format) {
        if (time == null || format == null) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < format.length(); at++) {
            char letter = format.charAt(at);
            if (letter != '%' || at + 1 == format.length()) {
                text.append(letter);
                continue;
            }
            char next = format.charAt(++at);
            String pattern = FORMATS.get(next);
            if (pattern != null) {
                text.append(DateTimeFormatter.ofPattern(pattern, Locale.US).format(time));
            } else if (next == 'w') {
                text.append(time.getDayOfWeek().getValue() % 7);
            } else if ("DUuVvXx".indexOf(next) >= 0) {
                throw new IllegalArgumentException("DATE_FORMAT does not know %" + next + " here");
            } else {
                text.append(next);
            }
        }
        return text.toString();
    }

    public static LocalDate lastDay(LocalDateTime time) {
        return time == null ? null : time.toLocalDate().with(TemporalAdjusters.lastDayOfMonth());
    }

    public static Long toDays(LocalDateTime time) {
        return time == null ? null : time.toLocalDate().toEpochDay() + DAYS_BEFORE_EPOCH;
    }

    /** Monday is 0. */
    public static Integer weekday(LocalDateTime time) {
        return time == null ? null : time.getDayOfWeek().getValue() - 1;
    }

    public static Long dateDiff(LocalDateTime later, LocalDateTime earlier) {
        return later == null || earlier == null ? null : toDays(later) - toDays(earlier);
    }

    /** Of two times of the same kind; NULL for a time and a date. */
    public static String timeDiff(String later, String earlier) {
        if (later == null || earlier == null) {
            return null;
        }
        Long one = timeToSec(later);
        Long other = timeToSec(earlier);
        if (one != null && other != null) {
            return secToTime(one - other);
        }
        return one != null || other != null
                ? null
                : secToTime(ChronoUnit.SECONDS.between(dateTime(earlier), dateTime(later)));
    }

    private static LocalDateTime dateTime(String text) {
        try {
            return LocalDateTime.parse(text.strip().replace(' ', 'T'));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("this is no time: " + text, e);
        }
    }

    public static String secToTime(Long seconds) {
        if (seconds == null) {
            return null;
        }
        // as far as MySQL's TIME reaches
        long most = 838 * 3600L + 59 * 60 + 59;
        long whole = Math.min(Math.abs(Math.max(seconds, -most)), most);
        String sign = seconds < 0 ? "-" : "";
        return String.format(Locale.ROOT, "%s%02d:%02d:%02d", sign, whole / 3600, whole / 60 % 60, whole % 60);
    }

    /** NULL for what is no time. */
    public static Long timeToSec(String time) {
        Matcher matcher = TIME.matcher(time == null ? "" : time.strip());
        if (!matcher.matches()) {
            return null;
        }
        long seconds = Long.parseLong(matcher.group(2)) * 3600
                + Long.parseLong(matcher.group(3)) * 60
                + Long.parseLong(matcher.group(4));
        return matcher.group(1).isEmpty() ? seconds : -seconds;
    }

    public static LocalDateTime utcTimestamp() {
        return LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
    }

    public static LocalDate utcDate() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    public static LocalTime utcTime() {
        return LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
    }

    /** NULL when there is no such zone. */
    public static LocalDateTime convertTz(LocalDateTime time, String from, String to) {
        if (time == null || from == null || to == null) {
            return null;
        }
        try {
            return time.atZone(zone(from)).withZoneSameInstant(zone(to)).toLocalDateTime();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static ZoneId zone(String name) {
        return name.equalsIgnoreCase("SYSTEM") ? ZoneId.systemDefault() : ZoneId.of(name);
    }

    /** What stands before the count-th delimiter; behind it, counted from the end, when the count is below 0. */
    public static String substringIndex(String text, String delimiter, Integer count) {
        if (text == null || delimiter == null || count == null) {
            return null;
        }
        if (delimiter.isEmpty() || count == 0) {
            return "";
        }
        int at = count > 0 ? -delimiter.length() : text.length();
        for (long left = Math.abs((long) count); left > 0; left--) {
            at = count > 0 ? text.indexOf(delimiter, at + delimiter.length()) : text.lastIndexOf(delimiter, at - 1);
            if (at < 0) {
                return text;
            }
        }
        return count > 0 ? text.substring(0, at) : text.substring(at + delimiter.length());
    }

    /** With commas between thousands. */
    public static String format(BigDecimal number, Integer digits) {
        if (number == null || digits == null) {
            return null;
        }
        int scale = Math.max(0, Math.min(digits, MOST_DIGITS));
        return String.format(Locale.US, "%,." + scale + "f", number.setScale(scale, RoundingMode.HALF_UP));
    }
}
