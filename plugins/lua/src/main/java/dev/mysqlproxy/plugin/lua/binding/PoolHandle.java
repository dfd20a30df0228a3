package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.lifecycle.Pool;
import java.util.Optional;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** {@code proxy.global.backends[i].pool}. */
final class PoolHandle extends Handle {

    private static final LuaString MIN_IDLE = LuaString.valueOf("min_idle_connections");
    private static final LuaString MAX_IDLE = LuaString.valueOf("max_idle_connections");
    private static final LuaString USERS = LuaString.valueOf("users");

    private final World world;
    private final int backend;
    private final Users users;

    PoolHandle(World world, int backend) {
        super(world.metatables().writable);
        this.world = world;
        this.backend = backend;
        this.users = new Users(world, backend);
    }

    @Override
    LuaValue read(LuaValue key) {
        if (key.raweq(USERS)) {
            return users;
        }
        Optional<Pool> pool = world.backends().pool(backend);
        if (key.raweq(MIN_IDLE)) {
            return LuaValue.valueOf(pool.isPresent() ? pool.get().minIdle() : 0);
        }
        if (key.raweq(MAX_IDLE)) {
            return LuaValue.valueOf(pool.isPresent() ? pool.get().maxIdle() : 0);
        }
        return LuaValue.NIL;
    }

    @Override
    void write(LuaValue key, LuaValue value) {
        Optional<Pool> pool = world.backends().pool(backend);
        if (key.raweq(MIN_IDLE)) {
            int connections = Math.max(0, Values.assignedInteger(value));
            pool.ifPresent(known -> known.minIdle(connections));
        } else if (key.raweq(MAX_IDLE)) {
            int connections = Math.max(0, Values.assignedInteger(value));
            pool.ifPresent(known -> known.maxIdle(connections));
        } else {
            throw new LuaError("proxy.backend[...]." + Values.shown(key) + " is not writable");
        }
    }
}
