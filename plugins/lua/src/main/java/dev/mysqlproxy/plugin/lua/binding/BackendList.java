package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.BackendView;
import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** {@code proxy.global.backends}. */
final class BackendList extends Handle {

    static final LuaString NAME = LuaString.valueOf("backends");

    private final World world;
    private final List<BackendHandle> handles = new ArrayList<>();

    BackendList(World world) {
        super(world.metatables().list);
        this.world = world;
    }

    @Override
    int size() {
        return world.snapshot().size();
    }

    @Override
    LuaValue read(LuaValue key) {
        int index = Values.index(key);
        List<BackendView> backends = world.snapshot();
        if (index == 0 || index > backends.size()) {
            return LuaValue.NIL;
        }
        while (handles.size() < index) {
            handles.add(new BackendHandle(world, handles.size() + 1));
        }
        return handles.get(index - 1);
    }
}
