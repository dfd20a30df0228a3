package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.ResultView;
import java.util.Map;
import java.util.function.Function;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** A column of a result set; what is empty is nil. */
final class Field extends Handle {

    private static final Map<LuaString, Function<ResultView.Column, LuaValue>> FIELDS = Map.of(
            LuaString.valueOf("type"), column -> LuaValue.valueOf(column.type()),
            LuaString.valueOf("name"), column -> Values.orNil(column.name()),
            LuaString.valueOf("org_name"), column -> Values.orNil(column.orgName()),
            LuaString.valueOf("table"), column -> Values.orNil(column.table()),
            LuaString.valueOf("org_table"), column -> Values.orNil(column.orgTable()),
            LuaString.valueOf("db"), column -> Values.orNil(column.schema()),
            LuaString.valueOf("charset"), column -> LuaValue.valueOf(column.characterSet()),
            LuaString.valueOf("flags"), column -> LuaValue.valueOf(column.flags()));

    private final ResultView.Column column;

    Field(World world, ResultView.Column column) {
        super(world.metatables().readOnly);
        this.column = column;
    }

    @Override
    LuaValue read(LuaValue key) {
        Function<ResultView.Column, LuaValue> field = FIELDS.get(key);
        return field == null ? LuaValue.NIL : field.apply(column);
    }
}
