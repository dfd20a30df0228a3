package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.Set;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * The {@code io} library and the methods of files. A sandboxed state can write to standard output and nothing else.
 * Files that a script leaves open are closed when they are collected; nothing is lost then, since writes are not held
 * back.
 */
public final class IoLib {

    private static final Cleaner CLEANER = Cleaner.create();
    private static final String[] MODES = {"no", "full", "line"};
    private static final String[] WHENCES = {"set", "cur", "end"};
    private static final LuaString CLOSED = LuaString.valueOf("file (closed)");

    private final LuaState state;
    private final LuaTable functions;
    private final LuaTable methods;
    private LuaValue input;
    private LuaValue output;

    private IoLib(LuaState state) {
        this.state = state;
        functions = state.newTable(0, 11);
        methods = state.newTable(0, 0);
        input = userdata(IoFileStandard.input());
        output = userdata(IoFileStandard.output(state::out));
    }

    /** Puts the library into a state, as its sandbox allows. */
    public static void install(LuaState state) {
        IoLib lib = new IoLib(state);
        if (!state.sandboxed()) {
            lib.addFunctions();
            lib.addMethods();
        }
        lib.function("write", args -> lib.write(lib.standard(lib.output, "output"), args, 1));
        if (!state.sandboxed()) {
            lib.addStandardFiles();
        }
        state.register("io", lib.functions);
    }

    private void addFunctions() {
        function("close", args -> close(args.narg() == 0 ? output : args.arg1(), args));
        function("flush", args -> flush(standard(output, "output")));
        function("input", args -> defaultFile(args, true));
        function("lines", this::linesOfName);
        function("open", this::open);
        function("output", args -> defaultFile(args, false));
        function("popen", this::popen);
        function("read", args -> read(standard(input, "input"), args, 1));
        function("tmpfile", args -> attempt(() -> userdata(IoFileOnDisk.nameless())));
        function("type", args -> type(Args.any(args, 1)));
    }

    private void addStandardFiles() {
        functions.rawset(LuaString.valueOf("stdin"), input);
        functions.rawset(LuaString.valueOf("stdout"), output);
        functions.rawset(LuaString.valueOf("stderr"), userdata(IoFileStandard.output(() -> System.err)));
    }

    private void addMethods() {
        methods.rawset(LuaValue.INDEX, methods);
        method("close", args -> {
            file(args);
            return close(args.arg1(), args);
        });
        method("flush", args -> flush(file(args)));
        method("lines", args -> {
            file(args);
            return lines(args.arg1(), false);
        });
        method("read", args -> read(file(args), args, 2));
        method("seek", this::seek);
        method("setvbuf", args -> {
            file(args);
            option(args, 2, null, MODES);
            Args.integer(args, 3, 0);
            return LuaValue.TRUE;
        });
        method("write", args -> write(file(args), args, 2));
        method("__gc", args -> {
            IoFile file = anyFile(args);
            if (file.closeable()) {
                file.forgotten();
            }
            return LuaValue.NONE;
        });
        method("__tostring", args -> {
            boolean closed = anyFile(args).closed();
            int address = System.identityHashCode(args.arg1());
            return closed ? CLOSED : LuaString.valueOf(String.format("file (0x%08x)", address));
        });
    }

    private void function(String name, Native.Body body) {
        functions.rawset(LuaString.valueOf(name), Native.of(name, body));
    }

    private void method(String name, Native.Body body) {
        methods.rawset(LuaString.valueOf(name), Native.of(name, body));
    }

    /** A Lua value that keeps the file open for as long as somebody has it. */
    private LuaUserdata userdata(IoFile file) {
        LuaUserdata value = new LuaUserdata(file, methods);
        if (file.closeable()) {
            CLEANER.register(value, file::forgotten);
        }
        return value;
    }

    private static IoFile anyFile(Varargs args) {
        if (args.arg1() instanceof LuaUserdata value && value.m_instance instanceof IoFile file) {
            return file;
        }
        throw Args.typeError(args, 1, "FILE*");
    }

    private static IoFile file(Varargs args) {
        IoFile file = anyFile(args);
        if (file.closed()) {
            throw new LuaError("attempt to use a closed file");
        }
        return file;
    }

    private static LuaValue standardValue(LuaValue value, String name) {
        if (((IoFile) value.touserdata()).closed()) {
            throw new LuaError("standard " + name + " file is closed");
        }
        return value;
    }

    private IoFile standard(LuaValue value, String name) {
        return (IoFile) standardValue(value, name).touserdata();
    }

    /** Something that may fail as a C function does. */
    @FunctionalInterface
    private interface Operation {
        Varargs run() throws IOException;
    }

    private static Varargs attempt(Operation operation) {
        try {
            return operation.run();
        } catch (IOException e) {
            return IoFileError.of(e).results();
        }
    }

    private Varargs open(Varargs args) {
        LuaString name = Args.string(args, 1);
        String mode = Args.string(args, 2, LuaString.valueOf("r")).tojstring();
        try {
            return userdata(IoFileOnDisk.open(IoFileName.path(name), mode));
        } catch (IOException e) {
            return IoFileError.of(e).results(name);
        }
    }

    private Varargs popen(Varargs args) {
        LuaString command = Args.string(args, 1);
        String mode = Args.string(args, 2, LuaString.valueOf("r")).tojstring();
        try {
            if (!mode.equals("r") && !mode.equals("w")) {
                throw IoFileError.thrown(IoFileError.INVALID_ARGUMENT);
            }
            return userdata(new IoFilePipe(state, IoFileName.text(command), mode.equals("r")));
        } catch (IOException e) {
            return IoFileError.of(e).results(command);
        }
    }

    private static Varargs close(LuaValue value, Varargs args) {
        if (!(value instanceof LuaUserdata)) {
            throw Args.typeError(args, 1, "FILE*");
        }
        IoFile file = file(value);
        if (!file.closeable()) {
            return LuaValue.varargsOf(LuaValue.NIL, LuaString.valueOf("cannot close standard file"));
        }
        return attempt(() -> {
            file.close();
            return LuaValue.TRUE;
        });
    }

    private static Varargs flush(IoFile file) {
        return attempt(() -> {
            file.flush();
            return LuaValue.TRUE;
        });
    }

    private static LuaValue type(LuaValue value) {
        if (value instanceof LuaUserdata userdata && userdata.m_instance instanceof IoFile file) {
            return LuaString.valueOf(file.closed() ? "closed file" : "file");
        }
        return LuaValue.NIL;
    }

    private Varargs defaultFile(Varargs args, boolean reads) {
        LuaValue value = args.arg1();
        if (!value.isnil()) {
            if (value.isstring()) {
                LuaString name = value.strvalue();
                value = named(name, reads ? "r" : "w");
            } else {
                file(args);
            }
            if (reads) {
                input = value;
            } else {
                output = value;
            }
        }
        return reads ? input : output;
    }

    private LuaUserdata named(LuaString name, String mode) {
        try {
            return userdata(IoFileOnDisk.open(IoFileName.path(name), mode));
        } catch (IOException e) {
            throw new BadArgument(1, IoFileError.of(e).prefixed(name).tojstring());
        }
    }

    private Varargs linesOfName(Varargs args) {
        if (args.arg1().isnil()) {
            return lines(standardValue(input, "input"), false);
        }
        return lines(named(Args.string(args, 1), "r"), true);
    }

    /** An iterator; it holds the value, so that nobody closes the file under it. */
    private Varargs lines(LuaValue value, boolean closes) {
        IoFile file = (IoFile) value.touserdata();
        return Native.of("lines", args -> {
            if (((IoFile) value.touserdata()).closed()) {
                throw new LuaError("file is already closed");
            }
            try {
                LuaValue line = new IoLibReader(state).line(file);
                if (line.isnil() && closes) {
                    file.close();
                }
                return line.isnil() ? LuaValue.NONE : line;
            } catch (IOException e) {
                throw new LuaError(IoFileError.of(e).text());
            }
        });
    }

    private Varargs read(IoFile file, Varargs args, int first) {
        return attempt(() -> new IoLibReader(state).read(file, args, first));
    }

    /** All of it in one write, so that lines which several sessions append to one file stay whole. */
    private Varargs write(IoFile file, Varargs args, int first) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (int i = first; i <= args.narg(); i++) {
                LuaString text = Args.string(args, i);
                state.building(text.m_length);
                all.write(text.m_bytes, text.m_offset, text.m_length);
            }
        } catch (BadArgument e) {
            put(file, all);
            throw e;
        }
        return put(file, all);
    }

    private static Varargs put(IoFile file, ByteArrayOutputStream bytes) {
        return attempt(() -> {
            file.write(bytes.toByteArray(), 0, bytes.size());
            return LuaValue.TRUE;
        });
    }

    private Varargs seek(Varargs args) {
        IoFile file = file(args);
        String whence = option(args, 2, "cur", WHENCES);
        long offset = (long) Args.number(args, 3, 0);
        return attempt(() -> LuaValue.valueOf((double) file.seek(whence, offset)));
    }

    private static String option(Varargs args, int position, String otherwise, String... options) {
        LuaValue value = args.arg(position);
        String text = value.isnil() && otherwise != null
                ? otherwise
                : Args.string(args, position).tojstring();
        if (!Set.of(options).contains(text)) {
            throw new BadArgument(position, "invalid option '" + text + "'");
        }
        return text;
    }
}
