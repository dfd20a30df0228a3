package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.Native;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** {@code proxy.queries}: what a script wants to send to the server, the same object for the life of a session. */
public final class Queries extends Handle {

    /** What an entry costs beside its text, of what a call may build. */
    private static final int ENTRY_BYTES = 96;

    private static final LuaString RESULT_NEEDED = LuaString.valueOf("resultset_is_needed");

    private static final Map<LuaString, LuaValue> METHODS = Map.of(
            LuaString.valueOf("append"), Native.of("append", args -> self(args).add(args, false)),
            LuaString.valueOf("prepend"),
                    Native.of("prepend", args -> self(args).add(args, true)),
            LuaString.valueOf("reset"), Native.of("reset", args -> self(args).reset()),
            LuaString.valueOf("len"),
                    Native.of("len", args -> LuaInteger.valueOf(self(args).size())));

    private final World world;
    private final Deque<Entry> entries = new ArrayDeque<>(2);

    /**
     * A query that waits.
     *
     * @param id the script's number for it
     * @param packet command byte and payload
     * @param resultNeeded whether the script wants to read its result
     * @param queuedNanos System.nanoTime() when it was queued
     */
    public record Entry(int id, LuaString packet, boolean resultNeeded, long queuedNanos) {

        /** The packet's bytes; not to be changed. */
        public byte[] payload() {
            return Values.bytes(packet);
        }
    }

    /** An empty queue. */
    Queries(World world) {
        super(world.metatables().list);
        this.world = world;
    }

    private static Queries self(Varargs args) {
        if (args.arg1() instanceof Queries queries) {
            return queries;
        }
        throw new BadArgument(1, "proxy.queries expected, got " + Args.typeName(args, 1));
    }

    private Varargs add(Varargs args, boolean first) {
        int id = Args.integer(args, 2);
        LuaString packet = Args.string(args, 3);
        boolean resultNeeded = false;
        if (!args.arg(4).isnil()) {
            LuaTable options = Args.table(args, 4);
            LuaValue wanted = options.rawget(RESULT_NEEDED);
            if (!wanted.isnil() && !wanted.isboolean()) {
                throw new BadArgument(4, "'resultset_is_needed' has to be a boolean, is a " + wanted.typename());
            }
            resultNeeded = wanted.toboolean();
        }
        world.state().building(ENTRY_BYTES);
        Entry entry = new Entry(id, packet, resultNeeded, System.nanoTime());
        if (first) {
            entries.addFirst(entry);
        } else {
            entries.addLast(entry);
        }
        return LuaValue.NONE;
    }

    private Varargs reset() {
        entries.clear();
        return LuaValue.NONE;
    }

    @Override
    public int size() {
        return entries.size();
    }

    /** Takes the first entry; null when there is none. */
    public Entry poll() {
        return entries.pollFirst();
    }

    /** Forgets all entries. */
    public void clear() {
        if (!entries.isEmpty()) {
            entries.clear();
        }
    }

    @Override
    LuaValue read(LuaValue key) {
        LuaValue method = METHODS.get(key);
        return method == null ? LuaValue.NIL : method;
    }
}
