package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * A Lua state with the table {@code proxy} in it, and what its sessions share. Everything but {@link #lock} is used by
 * whoever holds the lock.
 */
public final class World {

    private static final LuaString PROXY = LuaString.valueOf("proxy");
    private static final LuaString GLOBAL = LuaString.valueOf("global");

    private final ReentrantLock lock = new ScopeLock();
    private final Metatables metatables = new Metatables();
    private final LuaTable proxy = new PucTable();
    private final LuaTable redirection = new PucTable();
    private final LuaState state;
    private final Backends backends;
    private final ScriptLog log;
    private final BackendList backendList;
    private final LuaTable global;
    private final BackendPlaces places = new BackendPlaces();
    private List<BackendView> snapshot;
    private SessionContext active;

    /**
     * A world around a state whose libraries are open.
     *
     * @param global what {@code proxy.global} is; null for a table of this world's own
     */
    public World(LuaState state, Backends backends, ScriptLog log, SharedGlobal global) {
        this.state = state;
        this.backends = backends;
        this.log = log;
        this.backendList = new BackendList(this);
        this.global = global == null ? new PucTable() : global.view(backendList);
        Constants.install(proxy);
        if (global == null) {
            this.global.rawset(LuaString.valueOf("config"), new PucTable());
            restoreBackends();
        }
        proxy.rawset(GLOBAL, this.global);
        redirection.rawset(LuaValue.METATABLE, LuaValue.FALSE);
        proxy.setmetatable(new FrozenTable(redirection));
        state.globals().rawset(PROXY, proxy);
    }

    /** Held by the thread that uses the world. */
    public ReentrantLock lock() {
        return lock;
    }

    public LuaState state() {
        return state;
    }

    /** Where lines about the scripts go. */
    public ScriptLog log() {
        return log;
    }

    Metatables metatables() {
        return metatables;
    }

    Backends backends() {
        return backends;
    }

    /** Puts {@code proxy.global.backends} back, whatever a script has put there. */
    public void restoreBackends() {
        if (global instanceof PucTable) {
            global.rawset(BackendList.NAME, backendList);
        }
    }

    /** From now on {@code proxy.x} reaches this session's table. */
    public void enter(SessionContext session, LuaTable privateTable) {
        redirection.rawset(LuaValue.INDEX, privateTable);
        redirection.rawset(LuaValue.NEWINDEX, privateTable);
        active = session;
        snapshot = null;
    }

    /** The session's hook is over. */
    public void leave() {
        active = null;
    }

    /** A session is over: nothing of it is kept until the next one comes. */
    void forget() {
        redirection.rawset(LuaValue.INDEX, LuaValue.NIL);
        redirection.rawset(LuaValue.NEWINDEX, LuaValue.NIL);
        active = null;
    }

    /** The session whose hook runs; null between hooks. */
    SessionContext active() {
        return active;
    }

    /** The backends by number, as they were when first asked for during this hook, or changed by it. */
    List<BackendView> snapshot() {
        if (snapshot == null) {
            snapshot = places.of(backends.snapshot());
        }
        return snapshot;
    }

    /** The script changed something: look again. */
    void forgetSnapshot() {
        snapshot = null;
    }
}
