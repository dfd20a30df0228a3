package dev.mysqlproxy.plugin.lua.module.lfs;

import dev.mysqlproxy.plugin.lua.module.Library;
import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * The functions of {@code lfs}. A JVM cannot change its working folder, so {@code chdir} fails unless that is where it
 * is already. In the sandbox all functions that look at files or write them raise an error.
 */
public final class LfsModule {

    private final LuaState state;

    private LfsModule(LuaState state) {
        this.state = state;
    }

    /** An operation on a file that may fail. */
    @FunctionalInterface
    private interface Operation {
        void on(Path path) throws IOException;
    }

    /** Makes the module. */
    public static LuaTable open(LuaState state, String version) {
        LfsModule module = new LfsModule(state);
        Directory directory = new Directory(state);
        Locks locks = new Locks();
        return Library.open(state, "lfs", version, "files and folders, with LuaFileSystem's functions")
                .add("attributes", module.outside("attributes", Attributes::get))
                .add(
                        "symlinkattributes",
                        module.outside("symlinkattributes", args -> Attributes.get(args, LinkOption.NOFOLLOW_LINKS)))
                .add("chdir", module.outside("chdir", LfsModule::chdir))
                .add(
                        "currentdir",
                        module.outside("currentdir", args -> Names.lua(current().toString())))
                .add("dir", module.outside("dir", directory::open))
                .add("lock", module.outside("lock", locks::lock))
                .add("unlock", module.outside("unlock", locks::unlock))
                .add("mkdir", module.outside("mkdir", args -> run(args, Files::createDirectory)))
                .add("rmdir", module.outside("rmdir", args -> run(args, LfsModule::removeDirectory)))
                .add("touch", module.outside("touch", LfsModule::touch))
                .add("setmode", LfsModule::setMode)
                .table();
    }

    private Native.Body outside(String name, Native.Body body) {
        return args -> {
            if (state.sandboxed()) {
                throw new LuaError("lfs." + name + " is not allowed in the sandbox");
            }
            return body.run(args);
        };
    }

    private static Varargs run(Varargs args, Operation operation) {
        try {
            operation.on(Names.path(Args.string(args, 1)));
            return LuaValue.TRUE;
        } catch (IOException e) {
            return Failure.result(e);
        }
    }

    private static void removeDirectory(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(path.toString());
        }
        Files.delete(path);
    }

    private static Varargs touch(Varargs args) {
        FileTime now = FileTime.fromMillis(System.currentTimeMillis());
        FileTime access = time(args, 2, now);
        FileTime modification = time(args, 3, access);
        return run(
                args,
                path -> Files.getFileAttributeView(path, BasicFileAttributeView.class)
                        .setTimes(modification, access, null));
    }

    private static FileTime time(Varargs args, int position, FileTime otherwise) {
        return args.arg(position).isnil()
                ? otherwise
                : FileTime.from((long) Args.number(args, position), TimeUnit.SECONDS);
    }

    private static Path current() {
        return Path.of("").toAbsolutePath();
    }

    private static Varargs chdir(Varargs args) {
        LuaString name = Args.string(args, 1);
        String reason = "this process stays in " + current();
        try {
            if (Files.isSameFile(Names.path(name), current())) {
                return LuaValue.TRUE;
            }
        } catch (IOException e) {
            reason = Failure.text(e);
        }
        return Failure.result("Unable to change working directory to '", name, "'\n" + reason + "\n");
    }

    /** Nothing to set: files have no text mode here. */
    private static Varargs setMode(Varargs args) {
        String mode = Strings.latin1(Args.string(args, 2));
        if (!mode.equals("binary") && !mode.equals("text")) {
            throw new BadArgument(2, "invalid option '" + mode + "'");
        }
        return LuaValue.varargsOf(LuaValue.TRUE, LuaString.valueOf("binary"));
    }
}
