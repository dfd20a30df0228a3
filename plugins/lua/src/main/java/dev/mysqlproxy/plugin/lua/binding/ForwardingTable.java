package dev.mysqlproxy.plugin.lua.binding;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** A table whose contents are elsewhere; it has no metatable and takes none. */
abstract class ForwardingTable extends LuaTable {

    @Override
    public abstract LuaValue rawget(LuaValue key);

    @Override
    public abstract void rawset(LuaValue key, LuaValue value);

    @Override
    public abstract Varargs next(LuaValue key);

    @Override
    public abstract int rawlen();

    @Override
    public void presize(int items) {
        // grows by itself
    }

    @Override
    public void presize(int items, int others) {
        // grows by itself
    }

    @Override
    public LuaValue getmetatable() {
        return null;
    }

    @Override
    public LuaValue setmetatable(LuaValue metatable) {
        throw new LuaError("with --lua-states=per-thread proxy.global and its tables cannot have a metatable");
    }

    @Override
    public LuaValue get(int key) {
        return rawget(LuaInteger.valueOf(key));
    }

    @Override
    public LuaValue get(LuaValue key) {
        return rawget(key);
    }

    @Override
    public LuaValue rawget(int key) {
        return rawget(LuaInteger.valueOf(key));
    }

    @Override
    protected LuaValue hashget(LuaValue key) {
        return rawget(key);
    }

    @Override
    public void set(int key, LuaValue value) {
        rawset(LuaInteger.valueOf(key), value);
    }

    @Override
    public void set(LuaValue key, LuaValue value) {
        rawset(key, value);
    }

    @Override
    public void rawset(int key, LuaValue value) {
        rawset(LuaInteger.valueOf(key), value);
    }

    @Override
    public void hashset(LuaValue key, LuaValue value) {
        rawset(key, value);
    }

    @Override
    public int length() {
        return rawlen();
    }

    @Override
    public LuaValue len() {
        return LuaInteger.valueOf(rawlen());
    }

    @Override
    public Varargs inext(LuaValue key) {
        LuaValue following = LuaInteger.valueOf(key.checkint() + 1);
        LuaValue value = rawget(following);
        return value.isnil() ? LuaValue.NONE : LuaValue.varargsOf(following, value);
    }

    @Override
    public boolean eq_b(LuaValue other) {
        return equals(other); // which is identity
    }
}
