package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.ScriptError;
import java.nio.file.Files;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The package library and require. Modules in C cannot be loaded: whoever asks for one is told so. */
public final class PackageLib {

    private static final String ROOT = "/usr/local/";
    private static final String DEFAULT_PATH = "./?.lua;" + ROOT + "share/lua/5.1/?.lua;" + ROOT
            + "share/lua/5.1/?/init.lua;" + ROOT + "lib/lua/5.1/?.lua;" + ROOT + "lib/lua/5.1/?/init.lua";
    private static final String DEFAULT_CPATH = "./?.so;" + ROOT + "lib/lua/5.1/?.so";
    private static final LuaString PRELOAD = LuaString.valueOf("preload");
    private static final LuaString LOADERS = LuaString.valueOf("loaders");

    private final LuaState state;
    private final LuaTable library;
    private final LuaUserdata sentinel = new LuaUserdata(new Object());

    private PackageLib(LuaState state) {
        this.state = state;
        library = state.newTable(0, 2);
    }

    /** Puts the library into the globals. */
    public static void install(LuaState state) {
        PackageLib lib = new PackageLib(state);
        lib.fill();
    }

    /** Sets where modules are looked for; {@code ;;} stands for Lua's own default, null leaves it at that. */
    public static void paths(LuaState state, String path, String cpath) {
        LuaTable library = (LuaTable) state.globals().rawget("package");
        state.searchPath("path", expand(path, DEFAULT_PATH));
        state.searchPath("cpath", expand(cpath, DEFAULT_CPATH));
        library.rawset("path", LuaString.valueOf(state.searchPath("path")));
        library.rawset("cpath", LuaString.valueOf(state.searchPath("cpath")));
    }

    private static String expand(String path, String standard) {
        if (path == null) {
            return standard;
        }
        String marked = path.replace(";;", ";\1;");
        return marked.replace(
                ";\1;", (marked.startsWith(";\1") ? "" : ";") + standard + (marked.endsWith("\1;") ? "" : ";"));
    }

    private void fill() {
        state.register("package", library);
        library.rawset("loadlib", Native.of("loadlib", this::loadlib));
        library.rawset("seeall", Native.of("seeall", this::seeall));
        LuaTable loaders = state.newTable(4, 0);
        loaders.rawset(1, Native.of("loader_preload", this::preloaded));
        loaders.rawset(2, Native.of("loader_lua", this::fromFile));
        loaders.rawset(3, Native.of("loader_c", args -> fromLibrary(Args.string(args, 1))));
        loaders.rawset(4, Native.of("loader_c_root", this::fromRootLibrary));
        library.rawset(LOADERS, loaders);
        paths(state, null, null);
        library.rawset("config", LuaString.valueOf("/\n;\n?\n!\n-"));
        library.rawset("loaded", state.loaded());
        library.rawset(PRELOAD, state.newTable(0, 0));
        state.globals().rawset("require", Native.of("require", this::require));
        state.globals().rawset("module", Native.of("module", args -> PackageLibModule.module(state, args)));
    }

    private Varargs require(Varargs args) {
        LuaString name = Args.string(args, 1);
        LuaTable loaded = state.loaded();
        LuaValue known = loaded.rawget(name);
        if (known.toboolean()) {
            if (known == sentinel) {
                throw new LuaError("loop or previous error loading module '" + name.tojstring() + "'");
            }
            return known;
        }
        LuaFunction loader = loader(name);
        loaded.rawset(name, sentinel);
        LuaValue result = state.call(loader, name).arg1();
        if (!result.isnil()) {
            loaded.rawset(name, result);
        }
        if (loaded.rawget(name) == sentinel) {
            loaded.rawset(name, LuaValue.TRUE);
        }
        return loaded.rawget(name);
    }

    private LuaFunction loader(LuaString name) {
        if (!(library.rawget(LOADERS) instanceof LuaTable loaders)) {
            throw new LuaError("'package.loaders' must be a table");
        }
        StringBuilder tried = new StringBuilder();
        for (int i = 1; true; i++) {
            LuaValue loader = loaders.rawget(i);
            if (loader.isnil()) {
                throw new LuaError("module '" + name.tojstring() + "' not found:" + tried);
            }
            LuaValue found = state.call(loader, name).arg1();
            if (found instanceof LuaFunction function) {
                return function;
            }
            if (found instanceof LuaString || found instanceof LuaNumber) {
                tried.append(found.tojstring());
            }
        }
    }

    private Varargs preloaded(Varargs args) {
        LuaString name = Args.string(args, 1);
        if (!(library.rawget(PRELOAD) instanceof LuaTable preload)) {
            throw new LuaError("'package.preload' must be a table");
        }
        LuaValue loader = state.get(preload, name);
        return loader.isnil() ? LuaString.valueOf("\n\tno field package.preload['" + name.tojstring() + "']") : loader;
    }

    /** A search: the file found, or the list of those that are not there. */
    private record Search(LuaString file, String tried) {}

    private Search search(LuaString name, String variable) {
        LuaValue path = library.rawget(variable);
        if (!(path instanceof LuaString) && !(path instanceof LuaNumber)) {
            throw new LuaError("'package." + variable + "' must be a string");
        }
        String templates = state.sandboxed() ? state.searchPath(variable) : path.tojstring();
        String file = name.tojstring().replace('.', '/');
        StringBuilder tried = new StringBuilder();
        for (String template : templates.split(";")) {
            if (template.isEmpty()) {
                continue;
            }
            LuaString candidate = LuaString.valueOf(template.replace("?", file));
            if (Files.isReadable(SourceFile.path(candidate))) {
                return new Search(candidate, "");
            }
            tried.append("\n\tno file '").append(candidate.tojstring()).append('\'');
        }
        return new Search(null, tried.toString());
    }

    private Varargs fromFile(Varargs args) {
        LuaString name = Args.string(args, 1);
        Search search = search(name, "path");
        if (search.file() == null) {
            return LuaString.valueOf(search.tried());
        }
        try {
            byte[] source = SourceFile.readModule(search.file());
            return state.closure(
                    LuaState.compile(source, SourceFile.chunkName(search.file())), state.threadEnvironment());
        } catch (ScriptError | java.io.IOException e) {
            throw new LuaError("error loading module '" + name.tojstring() + "' from file '"
                    + search.file().tojstring() + "':\n\t" + e.getMessage());
        }
    }

    private Varargs fromLibrary(LuaString name) {
        Search search = search(name, "cpath");
        if (search.file() == null) {
            return LuaString.valueOf(search.tried());
        }
        throw new LuaError("error loading module '" + name.tojstring() + "' from file '"
                + search.file().tojstring() + "':\n\tmodules in C cannot be loaded; built in are: " + builtIn());
    }

    private Varargs fromRootLibrary(Varargs args) {
        LuaString name = Args.string(args, 1);
        int dot = name.indexOf((byte) '.', 0);
        return dot < 0 ? LuaValue.NONE : fromLibrary(name.substring(0, dot));
    }

    private String builtIn() {
        StringBuilder names = new StringBuilder();
        if (library.rawget(PRELOAD) instanceof LuaTable preload) {
            for (LuaValue name : preload.keys()) {
                names.append(names.length() == 0 ? "" : ", ").append(name.tojstring());
            }
        }
        return names.length() == 0 ? "none" : names.toString();
    }

    private Varargs loadlib(Varargs args) {
        LuaString file = Args.string(args, 1);
        Args.string(args, 2);
        String message = "modules in C cannot be loaded ('" + file.tojstring() + "'); built in are: " + builtIn();
        return LuaValue.varargsOf(
                new LuaValue[] {LuaValue.NIL, LuaString.valueOf(message), LuaString.valueOf("absent")});
    }

    private Varargs seeall(Varargs args) {
        LuaTable module = Args.table(args, 1);
        LuaTable metatable = state.metatable(module);
        if (metatable == null) {
            metatable = state.newTable(0, 1);
            module.setmetatable(metatable);
        }
        metatable.rawset(LuaValue.INDEX, state.globals());
        return LuaValue.NONE;
    }
}
