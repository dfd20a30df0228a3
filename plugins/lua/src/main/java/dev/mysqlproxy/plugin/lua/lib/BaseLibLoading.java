package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.ScriptError;
import java.io.ByteArrayOutputStream;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** load, loadstring, loadfile and dofile. */
final class BaseLibLoading {

    private final LuaState state;

    private BaseLibLoading(LuaState state) {
        this.state = state;
    }

    static void install(LuaState state) {
        BaseLibLoading lib = new BaseLibLoading(state);
        lib.add("load", lib::load);
        lib.add("loadstring", lib::loadstring);
        lib.add("loadfile", lib::loadfile);
        lib.add("dofile", lib::dofile);
    }

    private void add(String name, Native.Body body) {
        state.globals().rawset(name, Native.of(name, body));
    }

    private Varargs loadstring(Varargs args) {
        LuaString source = Args.string(args, 1);
        return compiled(bytes(source), Args.string(args, 2, source));
    }

    private Varargs load(Varargs args) {
        LuaFunction reader = Args.function(args, 1);
        LuaString name = Args.string(args, 2, LuaString.valueOf("=(load)"));
        ByteArrayOutputStream source = new ByteArrayOutputStream();
        while (true) {
            LuaValue piece;
            try {
                piece = state.call(reader, LuaValue.NONE).arg1();
            } catch (ScriptError e) {
                return LuaValue.varargsOf(LuaValue.NIL, e.value());
            }
            if (piece.isnil()) {
                break;
            }
            if (!(piece instanceof LuaString) && !(piece instanceof LuaNumber)) {
                LuaString problem = LuaString.valueOf(state.where(1) + "reader function must return a string");
                return LuaValue.varargsOf(LuaValue.NIL, problem);
            }
            LuaString text = piece.strvalue();
            if (text.m_length == 0) {
                break;
            }
            state.building(text.m_length);
            source.write(text.m_bytes, text.m_offset, text.m_length);
        }
        return compiled(source.toByteArray(), name);
    }

    private Varargs loadfile(Varargs args) {
        LuaString name = Args.string(args, 1, null);
        try {
            return compiled(SourceFile.read(state, name), SourceFile.chunkName(name));
        } catch (ScriptError e) {
            return LuaValue.varargsOf(LuaValue.NIL, e.value());
        }
    }

    private Varargs dofile(Varargs args) {
        LuaString name = Args.string(args, 1, null);
        byte[] source = SourceFile.read(state, name);
        LuaFunction chunk =
                state.closure(LuaState.compile(source, SourceFile.chunkName(name)), state.threadEnvironment());
        return state.call(chunk, LuaValue.NONE);
    }

    private Varargs compiled(byte[] source, LuaString name) {
        state.spend(source.length);
        try {
            return state.closure(LuaState.compile(source, name), state.threadEnvironment());
        } catch (ScriptError e) {
            return LuaValue.varargsOf(LuaValue.NIL, e.value());
        }
    }

    private static byte[] bytes(LuaString text) {
        byte[] bytes = new byte[text.m_length];
        System.arraycopy(text.m_bytes, text.m_offset, bytes, 0, bytes.length);
        return bytes;
    }
}
