package dev.mysqlproxy.plugin.lua.vm;

import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;

/**
 * An object of Java's that scripts see as userdata. The interpreter reads and sets its fields directly, as that is most
 * of what scripts do, so the functions in its metatable must do the same, and no script may change that metatable.
 */
public abstract class HostObject extends LuaUserdata {

    /** An object with its metatable. */
    protected HostObject(Object instance, LuaValue metatable) {
        super(instance, metatable);
    }

    /** What {@code __index} answers; what is wrong is thrown as a {@link Native} throws it. */
    public abstract LuaValue index(LuaValue key);

    /** What {@code __newindex} does; only asked for when the metatable has one. */
    public abstract void newIndex(LuaValue key, LuaValue value);
}
