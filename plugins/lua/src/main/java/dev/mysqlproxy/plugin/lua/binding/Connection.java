package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import java.util.Map;
import java.util.function.Function;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** {@code proxy.connection}. */
final class Connection extends Handle {

    private static final LuaString BACKEND_NDX = LuaString.valueOf("backend_ndx");
    private static final LuaString CONNECTION_CLOSE = LuaString.valueOf("connection_close");

    private static final Map<LuaString, Function<Connection, LuaValue>> FIELDS = Map.of(
            LuaString.valueOf("client"),
            self -> self.client,
            LuaString.valueOf("server"),
            self -> self.session.server().isPresent() ? self.server : LuaValue.NIL,
            BACKEND_NDX,
            self -> LuaValue.valueOf(self.session.backendIndex()),
            LuaString.valueOf("default_db"),
            self -> deprecated("default_db", "client.default_db or" + " proxy.connection.server.default_db"),
            LuaString.valueOf("thread_id"),
            self -> deprecated("thread_id", "server.thread_id"),
            LuaString.valueOf("mysqld_version"),
            self -> deprecated("mysqld_version", "server.mysqld_version"));

    private final SessionContext session;
    private final ClientSide client;
    private final ServerSide server;

    Connection(SessionContext session) {
        super(session.world().metatables().writable);
        this.session = session;
        this.client = new ClientSide(session);
        this.server = new ServerSide(session);
    }

    private static LuaValue deprecated(String field, String instead) {
        throw new LuaError(
                "proxy.connection." + field + " is deprecated, use proxy.connection." + instead + " instead");
    }

    @Override
    LuaValue read(LuaValue key) {
        Function<Connection, LuaValue> field = FIELDS.get(key);
        return field == null ? LuaValue.NIL : field.apply(this);
    }

    @Override
    void write(LuaValue key, LuaValue value) {
        if (key.raweq(BACKEND_NDX)) {
            session.backendIndex(Values.assignedInteger(value));
        } else if (key.raweq(CONNECTION_CLOSE)) {
            if (!value.isboolean()) {
                throw new BadArgument(3, "boolean expected, got " + value.typename());
            }
            session.session().closeAfterAnswer(value.toboolean());
        } else {
            throw new LuaError("proxy.connection." + Values.shown(key) + " is not writable");
        }
    }
}
