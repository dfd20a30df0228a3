package dev.mysqlproxy.plugin.lua.module.lfs;

import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code dir}: an iterator and the object it goes over, which has {@code next} and {@code close}. The names are read at
 * once, so that a loop that is left early leaves nothing open.
 */
final class Directory {

    private static final int MAX_NAMES = 1_000_000;
    private static final int BYTES_PER_NAME = 64;

    private final LuaTable metatable = new PucTable();
    private final Native next = Native.of("next", Directory::next);
    private final LuaState state;

    private static final class Listing {
        private final Queue<LuaString> names = new ArrayDeque<>();
        private boolean closed;
    }

    Directory(LuaState state) {
        this.state = state;
        LuaTable methods = new PucTable();
        methods.rawset(LuaString.valueOf("next"), next);
        methods.rawset(LuaString.valueOf("close"), Native.of("close", Directory::close));
        metatable.rawset(LuaString.valueOf("__index"), methods);
    }

    Varargs open(Varargs args) {
        LuaString name = Args.string(args, 1);
        Listing listing = new Listing();
        listing.names.add(LuaString.valueOf("."));
        listing.names.add(LuaString.valueOf(".."));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Names.path(name))) {
            for (Path entry : entries) {
                state.spend(1);
                state.building(BYTES_PER_NAME);
                if (listing.names.size() > MAX_NAMES) {
                    throw new LuaError("cannot list " + Strings.latin1(name) + ": more than " + MAX_NAMES + " entries");
                }
                listing.names.add(Names.lua(entry.getFileName().toString()));
            }
        } catch (IOException e) {
            throw new LuaError("cannot open " + Strings.latin1(name) + ": " + Failure.text(e));
        } catch (DirectoryIteratorException e) {
            throw new LuaError("cannot read " + Strings.latin1(name) + ": " + Failure.text(e.getCause()));
        }
        return LuaValue.varargsOf(next, new LuaUserdata(listing, metatable));
    }

    private static Varargs next(Varargs args) {
        Listing listing = listing(args);
        if (listing.closed) {
            throw new BadArgument(1, "closed directory");
        }
        LuaString name = listing.names.poll();
        listing.closed = name == null;
        return name == null ? LuaValue.NIL : name;
    }

    private static Varargs close(Varargs args) {
        Listing listing = listing(args);
        listing.closed = true;
        listing.names.clear();
        return LuaValue.NONE;
    }

    private static Listing listing(Varargs args) {
        if (args.arg1() instanceof LuaUserdata userdata && userdata.m_instance instanceof Listing listing) {
            return listing;
        }
        throw Args.typeError(args, 1, "directory metatable");
    }
}
