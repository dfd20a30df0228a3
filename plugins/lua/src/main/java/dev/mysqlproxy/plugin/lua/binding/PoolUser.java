package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.view.SessionView;
import java.util.Map;
import java.util.Optional;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** {@code proxy.global.backends[i].pool.users[name]}. */
final class PoolUser extends Handle {

    private static final LuaString CUR_IDLE = LuaString.valueOf("cur_idle_connections");

    private final World world;
    private final int backend;
    private final LuaString name;

    PoolUser(World world, int backend, LuaString name) {
        super(world.metatables().readOnly);
        this.world = world;
        this.backend = backend;
        this.name = name;
    }

    boolean isNamed(LuaString other) {
        return name.raweq(other);
    }

    @Override
    LuaValue read(LuaValue key) {
        return key.raweq(CUR_IDLE) ? LuaValue.valueOf(idle(name.tojstring())) : LuaValue.NIL;
    }

    /** For the session's own user what the session could take, as that is what scripts ask before they take one. */
    private int idle(String user) {
        SessionContext active = world.active();
        if (active != null && !active.isAdmin()) {
            SessionView session = active.session();
            Optional<String> own = session.user();
            if (user.isEmpty() || own.isEmpty() || own.get().equals(user)) {
                return session.idle(backend);
            }
        }
        Optional<Pool> pool = world.backends().pool(backend);
        return pool.isPresent() ? idle(user, pool.get()) : 0;
    }

    /** Those of the user; for one that has none, of the first user that has more than the pool keeps for itself. */
    private static int idle(String user, Pool pool) {
        Map<String, Integer> all = pool.idle();
        Integer own = user.isEmpty() ? null : all.get(user);
        if (own != null) {
            return own;
        }
        int kept = pool.minIdle();
        return all.values().stream().filter(count -> count > kept).findFirst().orElse(0);
    }
}
