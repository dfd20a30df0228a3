package dev.mysqlproxy.plugin.lua.engine;

import java.util.Locale;
import org.luaj.vm2.LuaString;

/** The functions of a script that the proxy calls. */
enum HookName {
    CONNECT_SERVER,
    READ_HANDSHAKE,
    READ_AUTH,
    READ_AUTH_RESULT,
    READ_QUERY,
    READ_QUERY_RESULT,
    DISCONNECT_CLIENT;

    private final String word = name().toLowerCase(Locale.ROOT);

    @SuppressWarnings("ImmutableEnumChecker") // it is, without saying so
    private final LuaString key = LuaString.valueOf(word);

    /** Its name as a key of the script's globals. */
    LuaString key() {
        return key;
    }

    @Override
    public String toString() {
        return word;
    }
}
