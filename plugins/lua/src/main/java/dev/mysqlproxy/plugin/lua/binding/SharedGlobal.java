package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.PucTable;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code proxy.global} of several Lua states: what one sets the others see at once. {@code backends} is each state's
 * own object. Any thread.
 */
public final class SharedGlobal {

    private final SharedTable contents = new SharedTable();

    /** With an empty {@code config}. */
    public SharedGlobal() {
        contents.rawset(LuaString.valueOf("config"), new PucTable());
    }

    /** The table as one state sees it. */
    LuaTable view(LuaValue backends) {
        return new View(contents, backends);
    }

    private static final class View extends ForwardingTable {

        private final SharedTable contents;
        private final LuaValue backends;

        View(SharedTable contents, LuaValue backends) {
            this.contents = contents;
            this.backends = backends;
        }

        private static boolean isBackends(LuaValue key) {
            return key.raweq(BackendList.NAME);
        }

        @Override
        public LuaValue rawget(LuaValue key) {
            return isBackends(key) ? backends : contents.rawget(key);
        }

        @Override
        public void rawset(LuaValue key, LuaValue value) {
            if (!isBackends(key)) {
                contents.rawset(key, value);
            }
        }

        /** The backends come last. */
        @Override
        public Varargs next(LuaValue key) {
            if (isBackends(key)) {
                return LuaValue.NIL;
            }
            Varargs entry = contents.next(key);
            return entry.arg1().isnil() ? LuaValue.varargsOf(BackendList.NAME, backends) : entry;
        }

        @Override
        public int rawlen() {
            return contents.rawlen();
        }
    }
}
