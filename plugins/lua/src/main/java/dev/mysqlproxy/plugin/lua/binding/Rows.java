package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.util.Iterator;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The iterator that {@code inj.resultset.rows} is: each call gives the next row, nil after the last. */
final class Rows extends Native {

    /** What a value costs beside its bytes, of what a call may build. */
    private static final int VALUE_BYTES = 40;

    private final ResultSet resultSet;
    private final Iterator<List<byte[]>> rows;
    private final int columns;

    Rows(ResultSet resultSet, Iterator<List<byte[]>> rows, int columns) {
        super("rows");
        this.resultSet = resultSet;
        this.rows = rows;
        this.columns = columns;
    }

    @Override
    public Varargs invoke(Varargs args) {
        if (!resultSet.open()) {
            throw InjectionHandle.over();
        }
        List<byte[]> row = next();
        return row == null ? LuaValue.NIL : table(row);
    }

    private List<byte[]> next() {
        try {
            return rows.hasNext() ? rows.next() : null;
        } catch (RuntimeException e) {
            throw new LuaError("row-data is invalid");
        }
    }

    private LuaTable table(List<byte[]> row) {
        long bytes = (long) columns * VALUE_BYTES;
        for (byte[] value : row) {
            bytes += value == null ? 0 : value.length;
        }
        resultSet.world().state().building(bytes);
        LuaTable table = new PucTable(columns, 0);
        for (int i = 0; i < row.size(); i++) {
            byte[] value = row.get(i);
            if (value != null) {
                table.rawset(i + 1, LuaString.valueUsing(value));
            }
        }
        return table;
    }
}
