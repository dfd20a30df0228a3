package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** The argument of {@code read_query_result}. */
public final class InjectionHandle extends Handle {

    private static final Map<LuaString, Function<InjectionHandle, LuaValue>> FIELDS = Map.of(
            LuaString.valueOf("id"), self -> LuaValue.valueOf(self.entry.id()),
            LuaString.valueOf("type"), self -> LuaValue.valueOf(self.entry.id()),
            LuaString.valueOf("query"), self -> self.entry.packet(),
            LuaString.valueOf("query_time"), self -> micros(self.firstByteNanos()),
            LuaString.valueOf("response_time"), self -> micros(self.endNanos - self.entry.queuedNanos()),
            LuaString.valueOf("resultset"), InjectionHandle::resultSet);

    private final World world;
    private final Queries.Entry entry;
    private final long endNanos;
    private QuerySummary summary;
    private Optional<ResultView> result;
    private ResultSet resultSet;

    /**
     * For one call of the hook.
     *
     * @param endNanos System.nanoTime() when the result was complete
     */
    public InjectionHandle(
            World world, Queries.Entry entry, QuerySummary summary, Optional<ResultView> result, long endNanos) {
        super(world.metatables().readOnly);
        this.world = world;
        this.entry = entry;
        this.summary = summary;
        this.result = result;
        this.endNanos = endNanos;
    }

    /** The hook is over; from now on the script's copies answer with an error. */
    public void close() {
        result = null;
        summary = null;
        if (resultSet != null) {
            resultSet.close();
        }
    }

    private long firstByteNanos() {
        if (summary == null) {
            throw over();
        }
        return endNanos - entry.queuedNanos() - (summary.totalNanos() - summary.firstByteNanos());
    }

    private static LuaValue micros(long nanos) {
        return LuaValue.valueOf((double) TimeUnit.NANOSECONDS.toMicros(Math.max(nanos, 0)));
    }

    private LuaValue resultSet() {
        if (summary == null) {
            throw over();
        }
        if (resultSet == null) {
            resultSet = new ResultSet(world, entry, summary, result);
        }
        return resultSet;
    }

    static LuaError over() {
        return new LuaError("an injection's result can only be read in the read_query_result that got it");
    }

    @Override
    LuaValue read(LuaValue key) {
        Function<InjectionHandle, LuaValue> field = FIELDS.get(key);
        if (field == null) {
            world.log().message("inj[" + Values.shown(key) + "] ... not found");
            return LuaValue.NIL;
        }
        return field.apply(this);
    }
}
