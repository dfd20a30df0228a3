package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.ResultView;
import java.util.List;
import org.luaj.vm2.LuaValue;

/** {@code inj.resultset.fields}: empty for a reply without a result set. */
final class FieldList extends Handle {

    private final World world;
    private final List<ResultView.Column> columns;

    FieldList(World world, List<ResultView.Column> columns) {
        super(world.metatables().list);
        this.world = world;
        this.columns = columns;
    }

    @Override
    int size() {
        return columns.size();
    }

    @Override
    LuaValue read(LuaValue key) {
        int index = Values.index(key);
        return index == 0 || index > columns.size() ? LuaValue.NIL : new Field(world, columns.get(index - 1));
    }
}
