package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** The globals of one script in one session, and its part of the table {@code proxy}. */
public final class Environment {

    private static final LuaString PRIVATE = LuaString.valueOf("__proxy");
    private static final LuaString RESPONSE = LuaString.valueOf("response");
    private static final LuaString QUERY_ATTRIBUTES = LuaString.valueOf("query_attributes");

    private final World world;
    private final SessionContext session;
    private final LuaTable globals = new PucTable();
    private final LuaTable own = new PucTable();
    private final Queries queries;
    private LuaTable blank = new PucTable();

    /** A new one; nothing has run in it. */
    public Environment(World world, SessionContext session) {
        this.world = world;
        this.session = session;
        this.queries = new Queries(world);
        LuaTable fallback = new PucTable();
        fallback.rawset(LuaValue.INDEX, world.state().globals());
        globals.setmetatable(fallback);
        globals.rawset(PRIVATE, own);
        own.rawset("queries", queries);
        own.rawset("connection", session.connection());
        own.rawset(RESPONSE, blank);
        LuaTable more = new PucTable();
        more.rawset(LuaValue.METATABLE, LuaValue.FALSE);
        more.rawset(LuaValue.INDEX, Native.of("__index", args -> unset(args.arg(2))));
        own.setmetatable(more);
    }

    private LuaValue unset(LuaValue key) {
        return key.raweq(QUERY_ATTRIBUTES) ? session.attributes() : LuaValue.NIL;
    }

    /** The script's globals. */
    public LuaTable globals() {
        return globals;
    }

    /** {@code proxy.queries}. */
    public Queries queries() {
        return queries;
    }

    /** Makes {@code proxy} this script's, for the call that follows. */
    public void enter() {
        world.enter(session, own);
    }

    /** {@code proxy.response}, whatever the script has made of it. */
    public LuaValue response() {
        return own.rawget(RESPONSE);
    }

    /** Makes {@code proxy.response} an empty table; the same one when nobody wrote to it. */
    public void clearResponse() {
        if (!blank.equals(own.rawget(RESPONSE))
                || !blank.next(LuaValue.NIL).arg1().isnil()) {
            blank = new PucTable();
            own.rawset(RESPONSE, blank);
        }
    }
}
