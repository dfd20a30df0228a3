package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.ScriptError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.luaj.vm2.LuaString;

/** Lua text in files. */
final class SourceFile {

    private SourceFile() {}

    /**
     * The text without a first line that begins with #.
     *
     * @param name null for standard input
     * @throws ScriptError when it cannot be read or must not be
     */
    static byte[] read(LuaState state, LuaString name) {
        if (state.sandboxed()) {
            throw new ScriptError(LuaString.valueOf("a sandboxed script must not load files"));
        }
        try {
            return withoutShebang(name == null ? System.in.readAllBytes() : Files.readAllBytes(path(name)));
        } catch (IOException e) {
            String file = name == null ? "stdin" : name.tojstring();
            throw new ScriptError(LuaString.valueOf("cannot open " + file + ": " + reason(e)));
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        return e instanceof AccessDeniedException ? "Permission denied" : e.getMessage();
    }

    /** As {@link #read} for a file that a search over package.path has found. */
    static byte[] readModule(LuaString name) throws IOException {
        return withoutShebang(Files.readAllBytes(path(name)));
    }

    /** The name of a chunk that comes from a file. */
    static LuaString chunkName(LuaString file) {
        return file == null ? LuaString.valueOf("=stdin") : (LuaString) file.concatTo(LuaString.valueOf("@"));
    }

    static Path path(LuaString name) {
        return Path.of(new String(name.m_bytes, name.m_offset, name.m_length, StandardCharsets.UTF_8));
    }

    private static byte[] withoutShebang(byte[] text) {
        if (text.length == 0 || text[0] != '#') {
            return text;
        }
        int at = 0;
        while (at < text.length && text[at] != '\n') {
            at++;
        }
        return Arrays.copyOfRange(text, at, text.length);
    }
}
