package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.ScriptError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.Prototype;

/** Compiled scripts by path. A script is compiled again when its file's time or size has changed. Any thread. */
final class ScriptCache {

    // on the first line, so that line numbers are the file's
    private static final byte[] BEFORE = "return function() ".getBytes(StandardCharsets.US_ASCII);
    // on a line of its own, as the file may end in a comment
    private static final byte[] AFTER = " \nend\n".getBytes(StandardCharsets.US_ASCII);

    private final Map<Path, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(FileTime modified, long size, Prototype script) {}

    /** A script cannot be loaded; the message says why. */
    static final class LoadException extends Exception {

        private static final long serialVersionUID = 1L;

        LoadException(String message) {
            super(message);
        }
    }

    /** The script as a function without parameters, as it is on disk now. */
    Prototype get(Path path) throws LoadException {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            Entry known = entries.get(path);
            if (known != null && known.size == now.size() && known.modified.equals(now.lastModifiedTime())) {
                return known.script;
            }
            entries.remove(path);
            Prototype script = compile(Files.readAllBytes(path), path);
            entries.put(path, new Entry(now.lastModifiedTime(), now.size(), script));
            return script;
        } catch (IOException e) {
            entries.remove(path);
            throw new LoadException(describe(path, e));
        } catch (ScriptError e) {
            throw new LoadException(e.value().tojstring());
        } catch (StackOverflowError e) {
            throw new LoadException(path + ": expressions are nested too deeply");
        }
    }

    private static String describe(Path path, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "cannot open " + path + ": No such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "cannot open " + path + ": Permission denied";
        }
        return "cannot read " + path + ": " + e.getMessage();
    }

    private static Prototype compile(byte[] file, Path path) {
        byte[] source = new byte[BEFORE.length + file.length + AFTER.length];
        System.arraycopy(BEFORE, 0, source, 0, BEFORE.length);
        System.arraycopy(file, 0, source, BEFORE.length, file.length);
        System.arraycopy(AFTER, 0, source, BEFORE.length + file.length, AFTER.length);
        // the wrapping chunk does nothing but to return its one function
        return LuaState.compile(source, LuaString.valueOf(path.toString())).p[0];
    }
}
