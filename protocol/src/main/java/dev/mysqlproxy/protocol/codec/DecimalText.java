package dev.mysqlproxy.protocol.codec;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** FLOAT and DOUBLE as MySQL and MariaDB write them in text results. */
final class DecimalText {

    /** Decimals of a column whose number of decimals is not fixed. */
    static final int NOT_FIXED = 31;

    private static final int FLOAT_DIGITS = 6;
    private static final int DOUBLE_DIGITS = 15;
    private static final int LONGEST_DOUBLE_DIGITS = 17;
    private static final double EXACT_INTEGERS = 1e15;

    private DecimalText() {}

    /** A FLOAT, which is shown with six digits unless its decimals are fixed. */
    static String of(float value, int decimals) {
        return decimals < NOT_FIXED ? fixed(value, decimals) : plain(value, FLOAT_DIGITS);
    }

    /** A DOUBLE, which is shown with the fewest digits that name it unless its decimals are fixed. */
    static String of(double value, int decimals) {
        return decimals < NOT_FIXED ? fixed(value, decimals) : plain(value, LONGEST_DOUBLE_DIGITS);
    }

    private static String fixed(double value, int decimals) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value);
        }
        BigDecimal shortest = shortest(value);
        BigDecimal from = shortest.scale() <= decimals ? shortest : new BigDecimal(value);
        return sign(value)
                + from.abs().setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String plain(double value, int digits) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value);
        }
        BigDecimal number = shortest(value).abs();
        if (number.precision() > digits) {
            number = new BigDecimal(value).abs().round(new MathContext(digits, RoundingMode.HALF_EVEN));
        }
        number = number.stripTrailingZeros();
        if (number.signum() == 0) {
            return sign(value) + "0";
        }
        int exponent = number.precision() - number.scale() - 1;
        if (exponent >= -DOUBLE_DIGITS && exponent < DOUBLE_DIGITS) {
            return sign(value) + number.toPlainString();
        }
        return sign(value) + number.movePointLeft(exponent).toPlainString() + "e" + exponent;
    }

    private static String sign(double value) {
        return Math.copySign(1, value) < 0 ? "-" : "";
    }

    /** The number of the fewest digits that reads back as this value, which {@link Double#toString} is not always. */
    private static BigDecimal shortest(double value) {
        if (Math.abs(value) < EXACT_INTEGERS && value == Math.rint(value)) {
            return BigDecimal.valueOf((long) value);
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : DOUBLE_DIGITS; ; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (digits >= LONGEST_DOUBLE_DIGITS || rounded.doubleValue() == value) {
                return rounded.stripTrailingZeros();
            }
        }
    }
}
