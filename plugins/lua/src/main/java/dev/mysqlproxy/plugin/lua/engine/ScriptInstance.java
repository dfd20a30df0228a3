package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.plugin.lua.binding.Constants;
import dev.mysqlproxy.plugin.lua.binding.Environment;
import dev.mysqlproxy.plugin.lua.binding.InjectionHandle;
import dev.mysqlproxy.plugin.lua.binding.Queries;
import dev.mysqlproxy.plugin.lua.binding.Response;
import dev.mysqlproxy.plugin.lua.binding.SessionContext;
import dev.mysqlproxy.plugin.lua.binding.World;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.plugin.lua.vm.ScriptError;
import dev.mysqlproxy.plugin.lua.vm.ScriptStopped;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.nio.file.Path;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.Varargs;

/** One script in one session. It is loaded when the first hook is due. Under the lock of its world. */
final class ScriptInstance {

    /** What {@link #call} answers when the script decided nothing; the other decisions are {@link Constants}. */
    static final int NONE = 0;

    /** The hook returned another number than those that mean something. */
    static final int OTHER = 9;

    /** The hook raised an error. */
    static final int FAILED = -1;

    /** The hook used up what it may use. */
    static final int STOPPED = -2;

    /** The script could not be loaded. */
    static final int NOT_LOADED = -3;

    private static final int UNKNOWN_ERROR = 1105;
    private static final String STATE = "07000";

    private final Path path;
    private final Scope scope;
    private final World world;
    private final SessionContext session;
    private final LuaFunction responseReader = Native.of("proxy.response", this::readResponse);
    private Environment environment;
    private Reply reply;
    private double returned;

    ScriptInstance(Path path, Scope scope, World world, SessionContext session) {
        this.path = path;
        this.scope = scope;
        this.world = world;
        this.session = session;
    }

    /** Whether the script has run in this session. */
    boolean loaded() {
        return environment != null;
    }

    Path path() {
        return path;
    }

    /** {@code proxy.queries}; only once it is loaded. */
    Queries queries() {
        return environment.queries();
    }

    /**
     * The reply that goes with the last call: the response of PROXY_SEND_RESULT, an error for what is negative.
     */
    Reply reply() {
        Reply last = reply;
        reply = null;
        return last;
    }

    /** The error that goes with the last call when it was negative. */
    Reply.Err error() {
        return (Reply.Err) reply();
    }

    /** The number that the last call returned, for the log. */
    String returned() {
        return LuaValue.valueOf(returned).tojstring();
    }

    private static Reply.Err error(String message) {
        return Reply.error(UNKNOWN_ERROR, STATE, message);
    }

    private static Reply.Err loadError(String what) {
        return error("MySQL Proxy Lua script failed to " + what + ". Check the error log.");
    }

    /**
     * Calls a hook.
     *
     * @param subject what the hook is about: a {@link Command}, a byte[], an {@link InjectionHandle}, or null
     * @return a decision, or one of the constants of this class
     */
    int call(HookName hook, Object subject) {
        LuaState state = world.state();
        reply = null;
        Settings.Limits limits = scope.settings().limits();
        state.begin(limits.instructions(), limits.nanos(), limits.bytes());
        try {
            int loaded = environment == null ? load() : NONE;
            return loaded == NONE ? run(hook, subject) : loaded;
        } catch (ScriptStopped e) {
            return stopped(hook, e);
        } finally {
            world.leave();
            state.end();
        }
    }

    private int load() {
        Prototype script;
        try {
            script = scope.cache().get(path);
        } catch (ScriptCache.LoadException e) {
            scope.log().critical("lua_load_file(" + path + ") failed: " + e.getMessage());
            reply = loadError("load");
            return NOT_LOADED;
        }
        Environment fresh = new Environment(world, session);
        world.restoreBackends();
        fresh.enter();
        boolean ran = false;
        try {
            world.state().run(world.state().closure(script, fresh.globals()), LuaValue.NONE);
            ran = true;
        } catch (LuaError e) {
            scope.log().critical("(lua-error) [" + path + "]\n" + text(e));
            reply = loadError("execute");
            return NOT_LOADED;
        } finally {
            if (!ran) {
                world.state().coroutines().abandon(fresh.globals());
            }
        }
        environment = fresh;
        return NONE;
    }

    /** The session has ended; so do the coroutines of its script. */
    void close() {
        if (environment != null) {
            world.state().coroutines().abandon(environment.globals());
        }
    }

    private int run(HookName hook, Object subject) {
        environment.enter();
        if (hook == HookName.READ_QUERY) {
            environment.queries().clear();
            environment.clearResponse();
        }
        LuaState state = world.state();
        try {
            LuaValue function = function(hook);
            if (!(function instanceof LuaFunction)) {
                if (!function.isnil()) {
                    scope.log().message("(" + hook + ") is a " + function.typename() + ", not a function");
                }
                return NONE;
            }
            scope.host().calls.increment();
            int decision = decision(state.run(function, argument(subject)));
            if (decision == Constants.PROXY_SEND_RESULT
                    || decision == Constants.PROXY_SEND_QUERY && hook == HookName.READ_HANDSHAKE) {
                state.run(responseReader, LuaValue.NONE);
            }
            return decision;
        } catch (LuaError e) {
            return failed(hook, text(e));
        } catch (ProtocolViolationException e) {
            throw e; // the client's fault
        } catch (RuntimeException e) {
            if (scope.settings().failClosed()) {
                return failed(hook, e.toString());
            }
            throw e;
        }
    }

    /**
     * The function of this name, as it is now: the script's own, or else one of all scripts. Handlers that a script
     * sets for undefined globals are not asked about hooks, as they tend to refuse.
     */
    private LuaValue function(HookName hook) {
        LuaValue own = environment.globals().rawget(hook.key());
        return own.isnil() ? world.state().globals().rawget(hook.key()) : own;
    }

    /** Called by way of the state, as a response may have metatables. */
    private Varargs readResponse(Varargs args) {
        reply = Response.read(environment.response(), scope.log());
        return LuaValue.NONE;
    }

    private Varargs argument(Object subject) {
        if (subject == null) {
            return LuaValue.NONE;
        }
        if (subject instanceof Command command) {
            return LuaString.valueUsing(command.packet());
        }
        if (subject instanceof InjectionHandle injection) {
            return injection;
        }
        LuaTable auth = new PucTable();
        auth.rawset("packet", LuaString.valueUsing((byte[]) subject));
        return auth;
    }

    private int decision(Varargs results) {
        LuaValue result = results.arg1();
        if (result.isnil()) {
            return NONE;
        }
        LuaValue number = result.tonumber();
        if (number.isnil()) {
            return NONE;
        }
        returned = number.todouble();
        int decision = (int) returned;
        return switch (decision) {
            case NONE, Constants.PROXY_SEND_QUERY, Constants.PROXY_SEND_RESULT, Constants.PROXY_IGNORE_RESULT ->
                decision;
            default -> OTHER;
        };
    }

    private int failed(HookName hook, String message) {
        scope.host().failures.increment();
        scope.log().critical("(" + hook + ") " + message);
        reply = error("(lua) " + path + ": " + hook + " failed, check error-log");
        return FAILED;
    }

    private int stopped(HookName hook, ScriptStopped stop) {
        scope.host().stops.increment();
        String message = path + ": " + hook + " was stopped: " + stop.getMessage();
        scope.log().critical("(" + hook + ") " + message + "\n" + world.state().traceback());
        reply = error("(lua) " + message);
        return STOPPED;
    }

    private static String text(LuaError error) {
        if (error instanceof ScriptError script && script.value() instanceof LuaString value) {
            return value.tojstring();
        }
        return String.valueOf(error.getMessage());
    }
}
