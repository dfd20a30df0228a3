package dev.mysqlproxy.plugin.lua.vm;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.Lua51;

/**
 * One Lua world: globals, loaded modules, the metatable of strings, the stack of running functions and what a call may
 * still use. Used by one thread at a time; whoever calls into it holds the scope's lock.
 */
public final class LuaState {

    /** What a call of a function in Java costs of the budget. */
    static final int NATIVE_COST = 8;

    /** Instructions until {@link #refuel}; loops and calls of the interpreter count it down. */
    int fuel;

    /** The stack of the coroutine that runs. */
    CallStack running = new CallStack();

    /** The function {@code next}, which loops know. */
    LuaFunction next;

    private final Budget budget = new Budget();
    private final Coroutines coroutines = new Coroutines(this);
    private final LuaTable globals = newTable(0, 0);
    private final LuaTable loaded = newTable(0, 0);
    private final LuaTable registry = newTable(0, 0);
    private final LuaTable[] metatables = new LuaTable[LuaValue.TYPE_NAMES.length];
    private final Map<String, String> searchPaths = new HashMap<>();
    private LuaTable threadEnvironment = globals;
    private LuaTable stringMetatable;
    private PrintStream out = System.out;
    private boolean sandboxed;
    private String traceback = "";

    /** {@code _G}. */
    public LuaTable globals() {
        return globals;
    }

    /** {@code package.loaded}. */
    public LuaTable loaded() {
        return loaded;
    }

    /** A table that only {@code debug.getregistry} shows. */
    public LuaTable registry() {
        return registry;
    }

    /** Sets a global and, for a table, {@code package.loaded}. */
    public void register(String name, LuaValue value) {
        globals.rawset(LuaString.valueOf(name), value);
        if (value instanceof LuaTable) {
            loaded.rawset(LuaString.valueOf(name), value);
        }
    }

    /** A new table with room for so many list items and other keys. */
    public LuaTable newTable(int items, int others) {
        return new PucTable(this, items, others);
    }

    /** The environment of chunks that are loaded now: {@code _G} unless setfenv(0, ...) changed it. */
    public LuaTable threadEnvironment() {
        return threadEnvironment;
    }

    /** Changes the environment of chunks loaded from now on. */
    public void threadEnvironment(LuaTable table) {
        threadEnvironment = table;
    }

    /** Tells the interpreter which function {@code next} is. */
    public void next(LuaFunction function) {
        next = function;
    }

    /** The metatable of all strings in this state. */
    public LuaTable stringMetatable() {
        return stringMetatable;
    }

    /** Sets the metatable of all strings in this state. */
    public void stringMetatable(LuaTable metatable) {
        stringMetatable = metatable;
    }

    /** A value's metatable, or null; for other types than table and userdata it is the type's in this state. */
    public LuaTable metatable(LuaValue value) {
        if (value instanceof LuaTable || value instanceof LuaUserdata) {
            return value.getmetatable() instanceof LuaTable table ? table : null;
        }
        return value instanceof LuaString ? stringMetatable : metatables[value.type()];
    }

    /** Sets a value's metatable, or its type's in this state; null for none. */
    public void metatable(LuaValue value, LuaTable metatable) {
        if (value instanceof LuaTable || value instanceof LuaUserdata) {
            value.setmetatable(metatable);
        } else if (value instanceof LuaString) {
            stringMetatable = metatable;
        } else {
            metatables[value.type()] = metatable;
        }
    }

    /** A value's handler of an event, nil when it has none. */
    public LuaValue metamethod(LuaValue value, LuaString event) {
        LuaTable metatable = metatable(value);
        return metatable == null ? LuaValue.NIL : metatable.rawget(event);
    }

    /** Where print and io.stdout go. */
    public PrintStream out() {
        return out;
    }

    /** Changes where print and io.stdout go. */
    public void out(PrintStream stream) {
        out = stream;
    }

    /** Whether the script may touch nothing outside of itself: no files, processes, signals. */
    public boolean sandboxed() {
        return sandboxed;
    }

    /** Forbids or allows what is outside of the script. */
    public void sandboxed(boolean on) {
        sandboxed = on;
    }

    /** Where modules are looked for, as Java set it: what a sandboxed script writes into package.path does not count. */
    public String searchPath(String variable) {
        return searchPaths.get(variable);
    }

    /** Sets {@code path} or {@code cpath}. */
    public void searchPath(String variable, String templates) {
        searchPaths.put(variable, templates);
    }

    /** The coroutines of this state. */
    public Coroutines coroutines() {
        return coroutines;
    }

    /**
     * Compiles a chunk; the result may be shared by states and threads.
     *
     * @param source Lua text, without a first line that begins with #
     * @param name {@code @file}, {@code =name} or the text itself
     * @throws ScriptError with Lua's message when it is none
     */
    public static Prototype compile(byte[] source, LuaString name) {
        if (source.length > 0 && source[0] == 27) {
            throw ScriptError.latin1(ChunkName.display(name) + ": bytecode is not loaded");
        }
        return Lua51.compile(source, name);
    }

    /** As {@link #compile}, made a function whose globals are in this table. */
    public Closure load(byte[] source, String name, LuaTable environment) {
        return new Closure(this, compile(source, LuaString.valueOf(name)), environment);
    }

    /** A function of a compiled chunk. */
    public Closure closure(Prototype chunk, LuaTable environment) {
        return new Closure(this, chunk, environment);
    }

    /**
     * Calls from Java into Lua when no Lua runs. Whatever happens, the stack is as before; after an error {@link
     * #traceback} tells where it was.
     *
     * @throws ScriptError for an error of the script
     * @throws ScriptStopped when the budget is used up
     */
    public Varargs run(LuaValue function, Varargs args) {
        int depth = running.depth;
        traceback = "";
        try {
            return call(function, args);
        } catch (ScriptError e) {
            traceback = Traceback.of(running, 0);
            throw e;
        } catch (StackOverflowError e) {
            throw running.overflow();
        } finally {
            running.depth = depth;
        }
    }

    /** Calls any value from a function in Java; an error may leave the stack deeper, as handlers like it. */
    public Varargs call(LuaValue function, Varargs args) {
        if (function instanceof Closure closure) {
            return closure.invoke(args);
        }
        return function instanceof LuaFunction java
                ? callNative(java, args)
                : Operations.callValue(this, function, args);
    }

    /**
     * Calls a function and catches what Lua may catch: true and its results, or false and the error value.
     *
     * @param handler is given the error while the stack still shows where it was; null for none
     */
    public Varargs protectedCall(LuaValue function, Varargs args, LuaValue handler) {
        CallStack calls = running;
        int depth = calls.depth;
        LuaValue error;
        try {
            return LuaValue.varargsOf(LuaValue.TRUE, call(function, args));
        } catch (ScriptError e) {
            error = e.value();
        } catch (LuaError e) {
            error = error(e.getMessage()).value();
        } catch (StackOverflowError e) {
            error = calls.overflow().value();
        }
        if (handler != null) {
            error = handled(calls, handler, error);
        }
        calls.depth = depth;
        return LuaValue.varargsOf(LuaValue.FALSE, error);
    }

    private LuaValue handled(CallStack calls, LuaValue handler, LuaValue error) {
        int limit = calls.limit;
        calls.limit = Math.max(limit, calls.depth + CallStack.HANDLER_ROOM);
        try {
            return call(handler, error).arg1();
        } catch (LuaError | StackOverflowError e) {
            return LuaString.valueOf("error in error handling");
        } finally {
            calls.limit = limit;
        }
    }

    Varargs callNative(LuaFunction function, Varargs args) {
        CallStack calls = running;
        int depth = calls.depth;
        calls.enter(function, null, LuaValue.NONE);
        if ((fuel -= NATIVE_COST) < 0) {
            refuel();
        }
        try {
            Varargs result = function.invoke(args);
            calls.depth = depth;
            return result;
        } catch (ScriptError e) {
            throw e;
        } catch (LuaError e) {
            calls.depth = depth + 1;
            throw TypeErrors.located(this, e);
        }
    }

    /** An error of what stands for a call of this function, of which no frame was made. */
    LuaError located(LuaError error, LuaValue function) {
        if (error instanceof ScriptError || !(function instanceof LuaFunction)) {
            return error;
        }
        running.enter((LuaFunction) function, null, LuaValue.NONE);
        return TypeErrors.located(this, error);
    }

    /** Where the last error of {@link #run} or the last {@link ScriptStopped} was: lines as debug.traceback has them. */
    public String traceback() {
        return traceback;
    }

    /** An error of the running function, with its position when it is one of Lua. */
    ScriptError error(String message) {
        return ScriptError.latin1(running.where(0) + message);
    }

    /** {@code object[key]} with metamethods. */
    public LuaValue get(LuaValue object, LuaValue key) {
        return Operations.item(this, object, key);
    }

    /** {@code object[key] = value} with metamethods. */
    public void set(LuaValue object, LuaValue key, LuaValue value) {
        Operations.setItem(this, object, key, value);
    }

    /** {@code x < y} with metamethods. */
    public boolean less(LuaValue x, LuaValue y) {
        return Comparison.less(this, x, y);
    }

    /** {@code x == y} with metamethods. */
    public boolean equal(LuaValue x, LuaValue y) {
        return Comparison.equal(this, x, y);
    }

    /** Type and identity, as tostring shows what has no text. */
    public String address(LuaValue value) {
        String hex = Integer.toHexString(System.identityHashCode(value));
        return value.typename() + ": 0x" + "00000000".substring(hex.length()) + hex;
    }

    /**
     * Limits what follows, until {@link #end}; {@link Long#MAX_VALUE} for no limit.
     *
     * @param instructions about so many, counted at loops and calls
     * @param nanos real time
     * @param bytes of strings built, garbage included
     */
    public void begin(long instructions, long nanos, long bytes) {
        fuel = budget.begin(instructions, nanos, bytes);
    }

    /** Ends the limits. */
    public void end() {
        fuel = budget.end();
    }

    void refuel() {
        String limit = budget.use(fuel);
        if (limit != null) {
            throw stopped(limit);
        }
        fuel = budget.next();
    }

    private ScriptStopped stopped(String limit) {
        fuel = -1;
        traceback = Traceback.of(running, 0);
        return new ScriptStopped(limit);
    }

    /**
     * A loop in Java has done this many steps, each worth an instruction.
     *
     * @throws ScriptStopped when the budget is used up
     */
    public void spend(long steps) {
        long left = fuel - steps;
        fuel = (int) Math.max(left, Integer.MIN_VALUE);
        if (left < 0) {
            refuel();
        }
    }

    /**
     * This many bytes are about to be built; call before building them.
     *
     * @throws ScriptStopped when the call has built too much
     */
    public void building(long bytes) {
        String limit = budget.build(bytes);
        if (limit != null) {
            throw stopped(limit);
        }
    }

    /** {@code source:line: } of the function at this level (0 the running native, 1 its caller), or nothing. */
    public String where(int level) {
        byte[] text = running.where(level).getBytes(StandardCharsets.ISO_8859_1);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Ends the coroutines that wait; no call may follow. */
    public void close() {
        coroutines.close();
    }
}
