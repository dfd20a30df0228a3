package org.luaj.vm2;

/** What a {@link LuaDouble} is compared and converted to. */
abstract class LuaReal extends LuaNumber {

    final double v;

    LuaReal(double number) {
        v = number;
    }

    @Override
    public boolean islong() {
        return v == (long) v;
    }

    @Override
    public byte tobyte() {
        return (byte) (long) v;
    }

    @Override
    public char tochar() {
        return (char) (long) v;
    }

    @Override
    public double todouble() {
        return v;
    }

    @Override
    public float tofloat() {
        return (float) v;
    }

    @Override
    public int toint() {
        return (int) (long) v;
    }

    @Override
    public long tolong() {
        return (long) v;
    }

    @Override
    public short toshort() {
        return (short) (long) v;
    }

    @Override
    public double optdouble(double otherwise) {
        return v;
    }

    @Override
    public int optint(int otherwise) {
        return toint();
    }

    @Override
    public LuaInteger optinteger(LuaInteger otherwise) {
        return checkinteger();
    }

    @Override
    public long optlong(long otherwise) {
        return tolong();
    }

    @Override
    public LuaInteger checkinteger() {
        return LuaInteger.valueOf(toint());
    }

    @Override
    public LuaValue eq(LuaValue other) {
        return valueOf(eq_b(other));
    }

    @Override
    public boolean eq_b(LuaValue other) {
        return other.raweq(v);
    }

    @Override
    public boolean raweq(LuaValue other) {
        return other.raweq(v);
    }

    @Override
    public boolean raweq(double other) {
        return v == other;
    }

    @Override
    public boolean raweq(int other) {
        return v == other;
    }

    @Override
    public LuaValue lt(LuaValue other) {
        return valueOf(other.gt_b(v));
    }

    @Override
    public LuaValue lt(double other) {
        return valueOf(v < other);
    }

    @Override
    public LuaValue lt(int other) {
        return valueOf(v < other);
    }

    @Override
    public boolean lt_b(LuaValue other) {
        return other.gt_b(v);
    }

    @Override
    public boolean lt_b(int other) {
        return v < other;
    }

    @Override
    public boolean lt_b(double other) {
        return v < other;
    }

    @Override
    public LuaValue lteq(LuaValue other) {
        return valueOf(other.gteq_b(v));
    }

    @Override
    public LuaValue lteq(double other) {
        return valueOf(v <= other);
    }

    @Override
    public LuaValue lteq(int other) {
        return valueOf(v <= other);
    }

    @Override
    public boolean lteq_b(LuaValue other) {
        return other.gteq_b(v);
    }

    @Override
    public boolean lteq_b(int other) {
        return v <= other;
    }

    @Override
    public boolean lteq_b(double other) {
        return v <= other;
    }

    @Override
    public LuaValue gt(LuaValue other) {
        return valueOf(other.lt_b(v));
    }

    @Override
    public LuaValue gt(double other) {
        return valueOf(v > other);
    }

    @Override
    public LuaValue gt(int other) {
        return valueOf(v > other);
    }

    @Override
    public boolean gt_b(LuaValue other) {
        return other.lt_b(v);
    }

    @Override
    public boolean gt_b(int other) {
        return v > other;
    }

    @Override
    public boolean gt_b(double other) {
        return v > other;
    }

    @Override
    public LuaValue gteq(LuaValue other) {
        return valueOf(other.lteq_b(v));
    }

    @Override
    public LuaValue gteq(double other) {
        return valueOf(v >= other);
    }

    @Override
    public LuaValue gteq(int other) {
        return valueOf(v >= other);
    }

    @Override
    public boolean gteq_b(LuaValue other) {
        return other.lteq_b(v);
    }

    @Override
    public boolean gteq_b(int other) {
        return v >= other;
    }

    @Override
    public boolean gteq_b(double other) {
        return v >= other;
    }

    @Override
    public LuaString strvalue() {
        return LuaString.valueOf(tojstring());
    }

    @Override
    public LuaString optstring(LuaString otherwise) {
        return strvalue();
    }

    @Override
    public LuaValue tostring() {
        return strvalue();
    }

    @Override
    public String optjstring(String otherwise) {
        return tojstring();
    }

    @Override
    public LuaNumber optnumber(LuaNumber otherwise) {
        return this;
    }

    @Override
    public boolean isnumber() {
        return true;
    }

    @Override
    public boolean isstring() {
        return true;
    }

    @Override
    public LuaValue tonumber() {
        return this;
    }

    @Override
    public int checkint() {
        return toint();
    }

    @Override
    public long checklong() {
        return (long) v;
    }

    @Override
    public LuaNumber checknumber() {
        return this;
    }

    @Override
    public double checkdouble() {
        return v;
    }

    @Override
    public String checkjstring() {
        return tojstring();
    }

    @Override
    public LuaString checkstring() {
        return strvalue();
    }

    @Override
    public boolean isvalidkey() {
        return !Double.isNaN(v);
    }
}
