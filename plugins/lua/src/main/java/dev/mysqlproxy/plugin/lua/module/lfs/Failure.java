package dev.mysqlproxy.plugin.lua.module.lfs;

import dev.mysqlproxy.plugin.lua.module.Strings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** What went wrong with a file, in the system's words. */
final class Failure {

    private Failure() {}

    /** The text that C's strerror has for it. */
    static String text(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        } else if (e instanceof FileAlreadyExistsException) {
            return "File exists";
        } else if (e instanceof AccessDeniedException) {
            return "Permission denied";
        } else if (e instanceof DirectoryNotEmptyException) {
            return "Directory not empty";
        } else if (e instanceof NotDirectoryException) {
            return "Not a directory";
        }
        String reason = e instanceof FileSystemException named ? named.getReason() : e.getMessage();
        return reason == null ? "Input/output error" : reason;
    }

    /** {@code nil, text}. */
    static Varargs result(String text) {
        return LuaValue.varargsOf(LuaValue.NIL, Strings.lua(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Varargs result(IOException e) {
        return result(text(e));
    }

    /** {@code nil} and a text around a file's name. */
    static Varargs result(String before, LuaString name, String after) {
        byte[] first = before.getBytes(StandardCharsets.UTF_8);
        byte[] last = after.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[first.length + name.m_length + last.length];
        System.arraycopy(first, 0, all, 0, first.length);
        name.copyInto(0, all, first.length, name.m_length);
        System.arraycopy(last, 0, all, first.length + name.m_length, last.length);
        return LuaValue.varargsOf(LuaValue.NIL, LuaString.valueUsing(all));
    }
}
