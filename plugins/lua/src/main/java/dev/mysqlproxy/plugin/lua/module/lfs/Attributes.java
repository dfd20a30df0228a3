package dev.mysqlproxy.plugin.lua.module.lfs;

import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code attributes} and {@code symlinkattributes}: mode, dev, ino, nlink, uid, gid, rdev, size in bytes, and access,
 * modification and change in seconds since 1970. The JDK does not tell {@code blocks} and {@code blksize}.
 */
final class Attributes {

    private static final int FORMAT = 0170000;

    private Attributes() {}

    static Varargs get(Varargs args, LinkOption... links) {
        LuaString name = Args.string(args, 1);
        Map<String, LuaValue> attributes;
        try {
            attributes = read(name, links);
        } catch (IOException e) {
            return Failure.result("cannot obtain information from file '", name, "': " + Failure.text(e));
        }
        if (args.arg(2) instanceof LuaTable table) {
            return fill(table, attributes);
        }
        if (args.arg(2).isnil()) {
            return fill(new PucTable(), attributes);
        }
        String wanted = Strings.latin1(Args.string(args, 2));
        LuaValue value = attributes.get(wanted);
        if (value == null) {
            throw new LuaError("invalid attribute name '" + wanted + "'");
        }
        return value;
    }

    private static LuaTable fill(LuaTable table, Map<String, LuaValue> attributes) {
        attributes.forEach((key, value) -> table.rawset(LuaString.valueOf(key), value));
        return table;
    }

    private static Map<String, LuaValue> read(LuaString name, LinkOption... links) throws IOException {
        Map<String, Object> unix = Files.readAttributes(Names.path(name), "unix:*", links);
        Map<String, LuaValue> attributes = new LinkedHashMap<>();
        attributes.put("mode", LuaString.valueOf(kind(((Number) unix.get("mode")).intValue())));
        for (String number : new String[] {"dev", "ino", "nlink", "uid", "gid", "rdev", "size"}) {
            attributes.put(number, LuaValue.valueOf(((Number) unix.get(number)).doubleValue()));
        }
        attributes.put("access", seconds(unix.get("lastAccessTime")));
        attributes.put("modification", seconds(unix.get("lastModifiedTime")));
        attributes.put("change", seconds(unix.get("ctime")));
        return attributes;
    }

    private static LuaValue seconds(Object time) {
        return LuaValue.valueOf((double) Math.floorDiv(((FileTime) time).to(TimeUnit.MILLISECONDS), 1000L));
    }

    private static String kind(int mode) {
        return switch (mode & FORMAT) {
            case 0100000 -> "file";
            case 0040000 -> "directory";
            case 0120000 -> "link";
            case 0140000 -> "socket";
            case 0010000 -> "named pipe";
            case 0020000 -> "char device";
            case 0060000 -> "block device";
            default -> "other";
        };
    }
}
