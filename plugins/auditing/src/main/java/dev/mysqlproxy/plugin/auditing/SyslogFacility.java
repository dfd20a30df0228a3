package dev.mysqlproxy.plugin.auditing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Syslog's facilities that make sense for an audit.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1">RFC 5424, PRI</a>
 */
enum SyslogFacility {
    USER(1),
    DAEMON(3),
    AUTH(4),
    AUTHPRIV(10),
    LOCAL0(16),
    LOCAL1(17),
    LOCAL2(18),
    LOCAL3(19),
    LOCAL4(20),
    LOCAL5(21),
    LOCAL6(22),
    LOCAL7(23);

    private static final int SEVERITY_INFORMATIONAL = 6;

    private final int number;

    SyslogFacility(int number) {
        this.number = number;
    }

    static List<String> words() {
        return Arrays.stream(values())
                .map(facility -> facility.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    static SyslogFacility of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** The number in angle brackets with which a message of informational severity begins. */
    int priority() {
        return number * 8 + SEVERITY_INFORMATIONAL;
    }
}
