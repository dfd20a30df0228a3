package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** {@code inj.resultset}. */
final class ResultSet extends Handle {

    private static final int NO_GOOD_INDEX_USED = 16;
    private static final int NO_INDEX_USED = 32;

    private static final Map<LuaString, Function<ResultSet, LuaValue>> FIELDS = Map.ofEntries(
            Map.entry(LuaString.valueOf("query_status"), ResultSet::status),
            Map.entry(
                    LuaString.valueOf("affected_rows"),
                    self -> self.ofOk(self.summary().affectedRows())),
            Map.entry(
                    LuaString.valueOf("insert_id"),
                    self -> self.ofOk(self.summary().lastInsertId())),
            Map.entry(
                    LuaString.valueOf("warning_count"),
                    self -> LuaValue.valueOf(self.summary().warnings())),
            Map.entry(
                    LuaString.valueOf("row_count"),
                    self -> Values.unsigned(self.summary().rows())),
            Map.entry(LuaString.valueOf("bytes"), self -> Values.unsigned(self.bytes())),
            Map.entry(LuaString.valueOf("flags"), ResultSet::flags),
            Map.entry(LuaString.valueOf("raw"), ResultSet::raw),
            Map.entry(LuaString.valueOf("fields"), ResultSet::fields),
            Map.entry(LuaString.valueOf("rows"), ResultSet::rows),
            Map.entry(
                    LuaString.valueOf("server_status"),
                    self -> LuaValue.valueOf(self.summary().serverStatus())),
            Map.entry(
                    LuaString.valueOf("error_code"),
                    self -> self.ofError(() -> LuaValue.valueOf(self.summary().errorCode()))),
            Map.entry(
                    LuaString.valueOf("error_message"),
                    self -> self.ofError(() -> Values.of(self.summary().errorMessage()))),
            Map.entry(
                    LuaString.valueOf("sqlstate"),
                    self -> self.ofError(() -> Values.orNil(self.summary().sqlState()))),
            Map.entry(LuaString.valueOf("session_track"), ResultSet::sessionTrack));

    private final World world;
    private final Queries.Entry entry;
    private QuerySummary summary;
    private ResultView result;
    private FieldList fields;

    ResultSet(World world, Queries.Entry entry, QuerySummary summary, Optional<ResultView> result) {
        super(world.metatables().readOnly);
        this.world = world;
        this.entry = entry;
        this.summary = summary;
        this.result = result.orElse(null);
    }

    /** The hook is over. */
    void close() {
        summary = null;
        result = null;
        fields = null;
    }

    World world() {
        return world;
    }

    private QuerySummary summary() {
        if (summary == null) {
            throw InjectionHandle.over();
        }
        return summary;
    }

    /** The kept result, for a field that needs it. */
    private ResultView result(String field) {
        summary();
        if (result == null) {
            throw new LuaError(".resultset." + field + " isn't available if 'resultset_is_needed ~= true'");
        }
        return result;
    }

    private boolean isError() {
        return summary().status() == QuerySummary.Status.ERR;
    }

    private LuaValue status() {
        QuerySummary known = summary();
        int code = entry.packet().m_length == 0 ? 0 : entry.packet().luaByte(0);
        if (code != CommandType.COM_QUERY.code() && code != CommandType.COM_STMT_EXECUTE.code()) {
            return LuaValue.ZERO;
        }
        return switch (known.status()) {
            case OK -> LuaValue.ZERO;
            case ERR -> LuaValue.valueOf(Constants.MYSQLD_PACKET_ERR);
            // nobody answers an injection in the server's place
            case ANSWERED, OPAQUE, LOST -> LuaValue.NIL;
        };
    }

    private LuaValue ofOk(long number) {
        if (isError()) {
            return LuaValue.ZERO;
        }
        return summary.resultSets() > 0 ? LuaValue.NIL : Values.unsigned(number);
    }

    private LuaValue ofError(Supplier<LuaValue> value) {
        return isError() ? value.get() : LuaValue.NIL;
    }

    private long bytes() {
        QuerySummary known = summary();
        if (result == null) {
            return known.resultSets() == 0 ? 0 : known.replyBytes();
        }
        return RowBytes.of(packets("bytes"));
    }

    private LuaValue flags() {
        int status = isError() ? 0 : summary.serverStatus();
        LuaTable flags = new PucTable(0, 4);
        flags.rawset("in_trans", LuaValue.valueOf((status & ServerStatus.IN_TRANS) != 0));
        flags.rawset("auto_commit", LuaValue.valueOf((status & ServerStatus.AUTOCOMMIT) != 0));
        flags.rawset("no_good_index_used", LuaValue.valueOf((status & NO_GOOD_INDEX_USED) != 0));
        flags.rawset("no_index_used", LuaValue.valueOf((status & NO_INDEX_USED) != 0));
        return flags;
    }

    private List<byte[]> packets(String field) {
        ResultView kept = result(field);
        try {
            return kept.packets();
        } catch (RuntimeException e) {
            throw new LuaError(".resultset." + field + ": " + e.getMessage());
        }
    }

    private LuaValue raw() {
        List<byte[]> packets = packets("raw");
        return packets.isEmpty() ? LuaValue.NIL : LuaString.valueUsing(packets.get(0));
    }

    private FieldList fields() {
        ResultView kept = result("fields");
        if (fields == null) {
            try {
                fields = new FieldList(world, summary.resultSets() == 0 ? List.of() : kept.columns());
            } catch (RuntimeException e) {
                throw new LuaError(".resultset.fields: " + e.getMessage());
            }
        }
        return fields;
    }

    private LuaValue rows() {
        ResultView kept = result("rows");
        if (fields().size() == 0) {
            return LuaValue.NIL;
        }
        return new Rows(this, kept.rows().iterator(), fields.size());
    }

    /** Whether the rows can still be read. */
    boolean open() {
        return result != null;
    }

    private LuaValue sessionTrack() {
        boolean changed = !isError() && (summary.serverStatus() & ServerStatus.SESSION_STATE_CHANGED) != 0;
        return changed && result != null ? TrackedState.read(packets("session_track")) : LuaValue.NIL;
    }

    @Override
    LuaValue read(LuaValue key) {
        Function<ResultSet, LuaValue> field = FIELDS.get(key);
        return field == null ? LuaValue.NIL : field.apply(this);
    }
}
