package dev.mysqlproxy.plugin.lua.lib;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** What C calls errno, made of what Java throws: number and text as Linux has them. */
record IoFileError(int number, String text) {

    static final String BAD_DESCRIPTOR = "Bad file descriptor";
    static final String INVALID_ARGUMENT = "Invalid argument";
    static final String ILLEGAL_SEEK = "Illegal seek";
    static final String NOT_A_DIRECTORY = "Not a directory";

    private static final IoFileError UNKNOWN = new IoFileError(5, "Input/output error");

    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("Operation not permitted", 1),
            Map.entry("No such file or directory", 2),
            Map.entry("No such process", 3),
            Map.entry("Interrupted system call", 4),
            Map.entry("Input/output error", 5),
            Map.entry("No such device or address", 6),
            Map.entry("Argument list too long", 7),
            Map.entry("Exec format error", 8),
            Map.entry(BAD_DESCRIPTOR, 9),
            Map.entry("Resource temporarily unavailable", 11),
            Map.entry("Cannot allocate memory", 12),
            Map.entry("Permission denied", 13),
            Map.entry("Device or resource busy", 16),
            Map.entry("File exists", 17),
            Map.entry("Invalid cross-device link", 18),
            Map.entry("No such device", 19),
            Map.entry(NOT_A_DIRECTORY, 20),
            Map.entry("Is a directory", 21),
            Map.entry(INVALID_ARGUMENT, 22),
            Map.entry("Too many open files in system", 23),
            Map.entry("Too many open files", 24),
            Map.entry("Inappropriate ioctl for device", 25),
            Map.entry("Text file busy", 26),
            Map.entry("File too large", 27),
            Map.entry("No space left on device", 28),
            Map.entry(ILLEGAL_SEEK, 29),
            Map.entry("Read-only file system", 30),
            Map.entry("Too many links", 31),
            Map.entry("Broken pipe", 32),
            Map.entry("File name too long", 36),
            Map.entry("Directory not empty", 39),
            Map.entry("Too many levels of symbolic links", 40),
            Map.entry("Operation not supported", 95),
            Map.entry("Disk quota exceeded", 122));

    static IoFileError of(IOException thrown) {
        if (thrown instanceof NoSuchFileException) {
            return known("No such file or directory");
        }
        if (thrown instanceof AccessDeniedException) {
            return known("Permission denied");
        }
        if (thrown instanceof FileAlreadyExistsException) {
            return known("File exists");
        }
        if (thrown instanceof DirectoryNotEmptyException) {
            return known("Directory not empty");
        }
        if (thrown instanceof AtomicMoveNotSupportedException) {
            return known("Invalid cross-device link");
        }
        String text = thrown instanceof FileSystemException failed ? failed.getReason() : thrown.getMessage();
        return text == null ? UNKNOWN : known(text);
    }

    private static IoFileError known(String text) {
        if (text.startsWith("Too many levels of symbolic links")) {
            return new IoFileError(40, "Too many levels of symbolic links");
        }
        Integer number = NUMBERS.get(text);
        return number == null ? UNKNOWN : new IoFileError(number, text);
    }

    /** An exception that becomes this text again. */
    static IOException thrown(String text) {
        return new FileSystemException(null, null, text);
    }

    /** {@code nil, "text", number}. */
    Varargs results() {
        return LuaValue.varargsOf(LuaValue.NIL, LuaString.valueOf(text), LuaValue.valueOf(number));
    }

    /** {@code nil, "name: text", number}. */
    Varargs results(LuaString name) {
        return LuaValue.varargsOf(LuaValue.NIL, prefixed(name), LuaValue.valueOf(number));
    }

    /** {@code name: text}. */
    LuaString prefixed(LuaString name) {
        return IoFileName.joined(name, ": " + text);
    }
}
