package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.HostObject;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;

/** An object of the proxy, which a script sees as userdata. Its metatable is out of the script's reach. */
abstract class Handle extends HostObject {

    private static final Object NO_INSTANCE = new Object();

    /** An object with one of the metatables of {@link Metatables}. */
    Handle(LuaTable metatable) {
        super(NO_INSTANCE, metatable);
    }

    /** The value of a field, nil when there is none. */
    abstract LuaValue read(LuaValue key);

    /** Sets a field; only called with a metatable that allows it. */
    void write(LuaValue key, LuaValue value) {
        throw new LuaError("the field is not writable");
    }

    /** Its {@code #}; only asked for with a metatable that has it. */
    int size() {
        return 0;
    }

    @Override
    public final LuaValue index(LuaValue key) {
        return read(key);
    }

    @Override
    public final void newIndex(LuaValue key, LuaValue value) {
        write(key, value);
    }

    @Override
    public LuaValue setmetatable(LuaValue metatable) {
        throw new LuaError("cannot change a protected metatable");
    }

    @Override
    public boolean raweq(LuaUserdata other) {
        return equals(other);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String tojstring() {
        return "userdata: 0x" + Integer.toHexString(System.identityHashCode(this));
    }
}
