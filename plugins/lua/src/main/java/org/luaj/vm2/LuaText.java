package org.luaj.vm2;

import dev.mysqlproxy.plugin.lua.lib.NumberText;

/** A string as an operand: what {@link LuaString} does where Lua wants a number or compares. */
abstract class LuaText extends LuaValue {

    private LuaString self() {
        return (LuaString) this;
    }

    private double operand() {
        LuaValue number = tonumber();
        if (number.isnil()) {
            aritherror();
        }
        return number.todouble();
    }

    private static boolean incomparable() {
        throw new LuaError("attempt to compare string with number");
    }

    @Override
    public LuaValue tonumber() {
        Double number = NumberText.parse(self().m_bytes, self().m_offset, self().m_length);
        return number == null ? NIL : valueOf(number);
    }

    /** By strtoul; base ten, too, which Lua's tonumber leaves to {@link #tonumber()}. */
    public LuaValue tonumber(int base) {
        double number = scannumber(base);
        return Double.isNaN(number) ? NIL : valueOf(number);
    }

    /** NaN if it is no number's text. */
    public double scannumber() {
        LuaValue number = tonumber();
        return number.isnil() ? Double.NaN : number.todouble();
    }

    /** NaN if it is no number's text in this base, 2 to 36. */
    public double scannumber(int base) {
        if (base < Character.MIN_RADIX || base > Character.MAX_RADIX) {
            return Double.NaN;
        }
        Double number = NumberText.parse(self().m_bytes, self().m_offset, self().m_length, base);
        return number == null ? Double.NaN : number;
    }

    @Override
    public LuaNumber checknumber() {
        LuaValue number = tonumber();
        if (number.isnil()) {
            argerror("number");
        }
        return (LuaNumber) number;
    }

    @Override
    public LuaNumber checknumber(String message) {
        LuaValue number = tonumber();
        if (number.isnil()) {
            throw new LuaError(message);
        }
        return (LuaNumber) number;
    }

    @Override
    public boolean isint() {
        LuaValue number = tonumber();
        return !number.isnil() && number.todouble() == number.toint();
    }

    @Override
    public boolean islong() {
        LuaValue number = tonumber();
        return !number.isnil() && number.todouble() == number.tolong();
    }

    @Override
    public LuaValue neg() {
        LuaValue number = tonumber();
        return number.isnil() ? super.neg() : number.neg();
    }

    @Override
    public LuaValue add(LuaValue other) {
        LuaValue number = tonumber();
        return number.isnil() ? arithmt(ADD, other) : other.add(number.todouble());
    }

    @Override
    public LuaValue sub(LuaValue other) {
        LuaValue number = tonumber();
        return number.isnil() ? arithmt(SUB, other) : other.subFrom(number.todouble());
    }

    @Override
    public LuaValue mul(LuaValue other) {
        LuaValue number = tonumber();
        return number.isnil() ? arithmt(MUL, other) : other.mul(number.todouble());
    }

    @Override
    public LuaValue pow(LuaValue other) {
        LuaValue number = tonumber();
        return number.isnil() ? arithmt(POW, other) : other.powWith(number.todouble());
    }

    @Override
    public LuaValue div(LuaValue other) {
        LuaValue number = tonumber();
        return number.isnil() ? arithmt(DIV, other) : other.divInto(number.todouble());
    }

    @Override
    public LuaValue mod(LuaValue other) {
        LuaValue number = tonumber();
        return number.isnil() ? arithmt(MOD, other) : other.modFrom(number.todouble());
    }

    @Override
    public LuaValue add(double other) {
        return valueOf(operand() + other);
    }

    @Override
    public LuaValue add(int other) {
        return valueOf(operand() + other);
    }

    @Override
    public LuaValue sub(double other) {
        return valueOf(operand() - other);
    }

    @Override
    public LuaValue sub(int other) {
        return valueOf(operand() - other);
    }

    @Override
    public LuaValue mul(double other) {
        return valueOf(operand() * other);
    }

    @Override
    public LuaValue mul(int other) {
        return valueOf(operand() * other);
    }

    @Override
    public LuaValue pow(double other) {
        return valueOf(LuaDouble.power(operand(), other));
    }

    @Override
    public LuaValue pow(int other) {
        return valueOf(LuaDouble.power(operand(), other));
    }

    @Override
    public LuaValue div(double other) {
        return LuaDouble.ddiv(operand(), other);
    }

    @Override
    public LuaValue div(int other) {
        return LuaDouble.ddiv(operand(), other);
    }

    @Override
    public LuaValue mod(double other) {
        return LuaDouble.dmod(operand(), other);
    }

    @Override
    public LuaValue mod(int other) {
        return LuaDouble.dmod(operand(), other);
    }

    @Override
    public LuaValue subFrom(double left) {
        return valueOf(left - operand());
    }

    @Override
    public LuaValue powWith(double left) {
        return valueOf(LuaDouble.power(left, operand()));
    }

    @Override
    public LuaValue powWith(int left) {
        return valueOf(LuaDouble.power(left, operand()));
    }

    @Override
    public LuaValue divInto(double left) {
        return LuaDouble.ddiv(left, operand());
    }

    @Override
    public LuaValue modFrom(double left) {
        return LuaDouble.dmod(left, operand());
    }

    @Override
    public LuaValue lt(LuaValue other) {
        return valueOf(lt_b(other));
    }

    @Override
    public boolean lt_b(LuaValue other) {
        return other.strcmp(self()) > 0;
    }

    @Override
    public boolean lt_b(int other) {
        return incomparable();
    }

    @Override
    public boolean lt_b(double other) {
        return incomparable();
    }

    @Override
    public LuaValue lteq(LuaValue other) {
        return valueOf(lteq_b(other));
    }

    @Override
    public boolean lteq_b(LuaValue other) {
        return other.strcmp(self()) >= 0;
    }

    @Override
    public boolean lteq_b(int other) {
        return incomparable();
    }

    @Override
    public boolean lteq_b(double other) {
        return incomparable();
    }

    @Override
    public LuaValue gt(LuaValue other) {
        return valueOf(gt_b(other));
    }

    @Override
    public boolean gt_b(LuaValue other) {
        return other.strcmp(self()) < 0;
    }

    @Override
    public boolean gt_b(int other) {
        return incomparable();
    }

    @Override
    public boolean gt_b(double other) {
        return incomparable();
    }

    @Override
    public LuaValue gteq(LuaValue other) {
        return valueOf(gteq_b(other));
    }

    @Override
    public boolean gteq_b(LuaValue other) {
        return other.strcmp(self()) <= 0;
    }

    @Override
    public boolean gteq_b(int other) {
        return incomparable();
    }

    @Override
    public boolean gteq_b(double other) {
        return incomparable();
    }

    @Override
    public int checkint() {
        return (int) checklong();
    }

    @Override
    public LuaInteger checkinteger() {
        return valueOf(checkint());
    }

    @Override
    public long checklong() {
        return (long) checkdouble();
    }

    @Override
    public double checkdouble() {
        return checknumber().todouble();
    }

    @Override
    public boolean isnumber() {
        return !tonumber().isnil();
    }

    @Override
    public byte tobyte() {
        return (byte) toint();
    }

    @Override
    public char tochar() {
        return (char) toint();
    }

    @Override
    public double todouble() {
        LuaValue number = tonumber();
        return number.isnil() ? 0 : number.todouble();
    }

    @Override
    public float tofloat() {
        return (float) todouble();
    }

    @Override
    public int toint() {
        return (int) tolong();
    }

    @Override
    public long tolong() {
        return (long) todouble();
    }

    @Override
    public short toshort() {
        return (short) toint();
    }

    @Override
    public double optdouble(double otherwise) {
        return checkdouble();
    }

    @Override
    public int optint(int otherwise) {
        return checkint();
    }

    @Override
    public LuaInteger optinteger(LuaInteger otherwise) {
        return checkinteger();
    }

    @Override
    public long optlong(long otherwise) {
        return checklong();
    }

    @Override
    public LuaNumber optnumber(LuaNumber otherwise) {
        return checknumber();
    }
}
