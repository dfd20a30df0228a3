package dev.mysqlproxy.plugin.lua.binding;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.luaj.vm2.LuaValue;

/** A server's version as one number. */
final class ServerVersion {

    /** MariaDB writes {@code 5.5.5-} before its own number so that old replicas can read it. */
    private static final Pattern FORM =
            Pattern.compile("(?:5\\.5\\.5-(?=\\d+\\.\\d+\\.\\d+))?(\\d{1,4})\\.(\\d{1,2})\\.(\\d{1,2})");

    private ServerVersion() {}

    /** 80036 for {@code 8.0.36-log}; 0 for what does not begin with a version. */
    static LuaValue number(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.lookingAt()) {
            return LuaValue.ZERO;
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        int patch = Integer.parseInt(matcher.group(3));
        return LuaValue.valueOf((major * 100 + minor) * 100 + patch);
    }
}
