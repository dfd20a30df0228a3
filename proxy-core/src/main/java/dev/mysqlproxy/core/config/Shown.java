package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.ProxyControl.OptionInfo;
import dev.mysqlproxy.api.option.Option;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** How values look in messages and listings: one line, not endless, no secrets. */
final class Shown {

    static final String MASK = "***";

    private static final int LONGEST = 200;

    private Shown() {}

    /** Text from outside, made safe for one line. */
    static String printable(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        if (text.codePointCount(0, text.length()) > LONGEST) {
            line.append("...");
        }
        return line.toString();
    }

    /** What somebody wrote for an option, to be put after "is". */
    static String written(Option<?> option, String text) {
        if (text.isEmpty()) {
            return "empty";
        }
        return option.secret() ? MASK : printable(text);
    }

    /** A value as it could be written in a file; empty when there is none. */
    static String value(Option<?> option, Object value) {
        if (value == null) {
            return "";
        }
        return option.secret() ? MASK : plain(value);
    }

    /** An option as an operator may see it. */
    static OptionInfo info(Option<?> option, Object value, Source source) {
        return new OptionInfo(option.name(), value(option, value), source.where(), option.changeable());
    }

    private static String plain(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Object::toString).collect(Collectors.joining(","));
        }
        if (value instanceof Duration duration) {
            return seconds(duration);
        }
        return value.toString();
    }

    /** A bound of a range, without a needless fraction. */
    static String number(double bound) {
        return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }

    private static String seconds(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9));
        return seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString();
    }
}
