package org.luaj.vm2;

import dev.mysqlproxy.plugin.lua.lib.NumberText;

/**
 * A number that is no int, in the place of LuaJ's class of this name. Differs in what Lua 5.1 prints ({@code %.14g} of
 * C, the signs of zero and NaN) and in C's pow; the interface is LuaJ's.
 */
public class LuaDouble extends LuaReal {

    /** No number, as {@code 0/0} is. */
    public static final LuaDouble NAN = new LuaDouble(Double.NaN);

    public static final LuaDouble POSINF = new LuaDouble(Double.POSITIVE_INFINITY);
    public static final LuaDouble NEGINF = new LuaDouble(Double.NEGATIVE_INFINITY);

    public static final String JSTR_NAN = "nan";
    public static final String JSTR_POSINF = "inf";
    public static final String JSTR_NEGINF = "-inf";

    private LuaDouble(double number) {
        super(number);
    }

    /** A LuaInteger for what fits into an int, but for minus zero, which prints differently. */
    public static LuaNumber valueOf(double number) {
        int integer = (int) number;
        if (number == integer && (integer != 0 || Double.doubleToRawLongBits(number) == 0)) {
            return LuaInteger.valueOf(integer);
        }
        return new LuaDouble(number);
    }

    public static LuaValue ddiv(double dividend, double divisor) {
        return valueOf(dividend / divisor);
    }

    public static double ddiv_d(double dividend, double divisor) {
        return dividend / divisor;
    }

    public static LuaValue dmod(double dividend, double divisor) {
        return valueOf(dmod_d(dividend, divisor));
    }

    /** Lua's modulo: the result has the divisor's sign. */
    public static double dmod_d(double dividend, double divisor) {
        return dividend - Math.floor(dividend / divisor) * divisor;
    }

    /** C's pow, which knows the result in three cases where Java's does not. */
    public static double power(double base, double exponent) {
        if (base == 1 || (base == -1 && Double.isInfinite(exponent))) {
            return 1;
        }
        return Math.pow(base, exponent);
    }

    /** The same for equal numbers, so minus zero's is zero's. */
    @Override
    public int hashCode() {
        return Double.hashCode(v + 0.0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LuaDouble number && number.v == v;
    }

    @Override
    public LuaValue neg() {
        if (Double.isNaN(v)) {
            return new LuaDouble(NumberText.isNegative(v) ? NumberText.POSITIVE_NAN : Double.NaN);
        }
        return valueOf(-v);
    }

    @Override
    public String tojstring() {
        return NumberText.of(v);
    }

    @Override
    public int strcmp(LuaString other) {
        typerror("attempt to compare number with string");
        return 0;
    }

    @Override
    public LuaValue add(LuaValue other) {
        return other.add(v);
    }

    @Override
    public LuaValue add(double left) {
        return valueOf(left + v);
    }

    @Override
    public LuaValue sub(LuaValue other) {
        return other.subFrom(v);
    }

    @Override
    public LuaValue sub(double right) {
        return valueOf(v - right);
    }

    @Override
    public LuaValue sub(int right) {
        return valueOf(v - right);
    }

    @Override
    public LuaValue subFrom(double left) {
        return valueOf(left - v);
    }

    @Override
    public LuaValue mul(LuaValue other) {
        return other.mul(v);
    }

    @Override
    public LuaValue mul(double left) {
        return valueOf(left * v);
    }

    @Override
    public LuaValue mul(int left) {
        return valueOf(left * v);
    }

    @Override
    public LuaValue pow(LuaValue other) {
        return other.powWith(v);
    }

    @Override
    public LuaValue pow(double right) {
        return valueOf(power(v, right));
    }

    @Override
    public LuaValue pow(int right) {
        return valueOf(power(v, right));
    }

    @Override
    public LuaValue powWith(double left) {
        return valueOf(power(left, v));
    }

    @Override
    public LuaValue powWith(int left) {
        return valueOf(power(left, v));
    }

    @Override
    public LuaValue div(LuaValue other) {
        return other.divInto(v);
    }

    @Override
    public LuaValue div(double right) {
        return ddiv(v, right);
    }

    @Override
    public LuaValue div(int right) {
        return ddiv(v, right);
    }

    @Override
    public LuaValue divInto(double left) {
        return ddiv(left, v);
    }

    @Override
    public LuaValue mod(LuaValue other) {
        return other.modFrom(v);
    }

    @Override
    public LuaValue mod(double right) {
        return dmod(v, right);
    }

    @Override
    public LuaValue mod(int right) {
        return dmod(v, right);
    }

    @Override
    public LuaValue modFrom(double left) {
        return dmod(left, v);
    }
}
