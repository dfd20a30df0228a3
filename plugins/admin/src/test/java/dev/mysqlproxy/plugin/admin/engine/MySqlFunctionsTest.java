package dev.mysqlproxy.plugin.admin.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlFunctionsTest {

    private static final LocalDateTime TIME = LocalDateTime.parse("2026-01-04T05:06:07.000089");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%Y-%m-%d %H:%i:%s.%f|2026-01-04 05:06:07.000089",
                "%y %c %e %k %l %p|26 1 4 5 5 AM",
                "%T, %r|05:06:07, 05:06:07 AM",
                "%W %a %M %b %j %w|Sunday Sun January Jan 004 0",
                "100%% %q %|100% q %",
                "%h%I%S|050507"
            })
    void timesAreFormatted(String format, String expected) {
        assertThat(MySqlFunctions.dateFormat(TIME, format)).isEqualTo(expected);
    }

    @Test
    void unknownFormatsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> MySqlFunctions.dateFormat(TIME, "%u"));
    }

    @ParameterizedTest
    @CsvSource({
        "10:00:00, 09:30:01, 00:29:59",
        "2026-01-02 00:00:00, 2026-01-01 00:00:01, 23:59:59",
        "09:00:00, 10:00:00, -01:00:00",
        "2026-01-02 00:00:00, 10:00:00,"
    })
    void timesDiffer(String later, String earlier, String expected) {
        assertThat(MySqlFunctions.timeDiff(later, earlier)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"61, 00:01:01", "-3600, -01:00:00", "9223372036854775807, 838:59:59", "-9223372036854775808, -838:59:59"
    })
    void secondsAreTimes(long seconds, String expected) {
        assertThat(MySqlFunctions.secToTime(seconds)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "a.b.c, ., 1, a",
        "a.b.c, ., 2, a.b",
        "a.b.c, ., 9, a.b.c",
        "a.b.c, ., -1, c",
        "a.b.c, ., -2, b.c",
        "a.b.c, x, 1, a.b.c",
        "a.b.c, ., -2147483648, a.b.c",
        "a.b.c, ., 0, ''"
    })
    void textsAreCutAtADelimiter(String text, String delimiter, int count, String expected) {
        assertThat(MySqlFunctions.substringIndex(text, delimiter, count)).isEqualTo(expected);
    }

    @Test
    void datesAreCounted() {
        assertThat(MySqlFunctions.toDays(LocalDateTime.parse("2007-10-07T23:00:00")))
                .isEqualTo(733_321);
        assertThat(MySqlFunctions.weekday(TIME)).isEqualTo(6);
        assertThat(MySqlFunctions.lastDay(LocalDateTime.parse("2024-02-03T00:00:00")))
                .hasToString("2024-02-29");
        assertThat(MySqlFunctions.dateDiff(TIME, TIME.minusHours(6))).isEqualTo(1);
        assertThat(MySqlFunctions.convertTz(TIME, "UTC", "+02:00")).isEqualTo(TIME.plusHours(2));
        assertThat(MySqlFunctions.convertTz(TIME, "UTC", "Nowhere")).isNull();
        assertThat(MySqlFunctions.format(new BigDecimal("1234567.891"), 2)).isEqualTo("1,234,567.89");
    }

    /** Also that each has only parameters that can be null. */
    @Test
    void nothingComesOfNull() throws ReflectiveOperationException {
        for (Method function : MySqlFunctions.class.getDeclaredMethods()) {
            if (Modifier.isPublic(function.getModifiers()) && function.getParameterCount() > 0) {
                Object[] nulls = new Object[function.getParameterCount()];
                Arrays.fill(nulls, null);
                assertThat(function.invoke(null, nulls)).as(function.getName()).isNull();
            }
        }
    }
}
