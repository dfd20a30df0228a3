package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** {@code proxy.global.backends[i].pool.users}, by user name. */
final class Users extends Handle {

    private final World world;
    private final int backend;
    private PoolUser last;

    Users(World world, int backend) {
        super(world.metatables().readOnly);
        this.world = world;
        this.backend = backend;
    }

    @Override
    LuaValue read(LuaValue key) {
        if (!(key instanceof LuaString) && key.type() != LuaValue.TNUMBER) {
            throw new BadArgument(2, "string expected, got " + key.typename());
        }
        LuaString name = key.strvalue();
        if (last == null || !last.isNamed(name)) {
            last = new PoolUser(world, backend, name);
        }
        return last;
    }
}
