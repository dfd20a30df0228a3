package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.CommandType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** The numbers in the table {@code proxy}. */
public final class Constants {

    public static final int PROXY_SEND_QUERY = 1;
    public static final int PROXY_SEND_RESULT = 2;
    public static final int PROXY_IGNORE_RESULT = 4;

    static final int BACKEND_STATE_UNKNOWN = 0;
    static final int BACKEND_STATE_UP = 1;
    static final int BACKEND_STATE_DOWN = 2;
    static final int BACKEND_TYPE_UNKNOWN = 0;
    static final int BACKEND_TYPE_RW = 1;
    static final int BACKEND_TYPE_RO = 2;
    static final int MYSQLD_PACKET_OK = 0;
    static final int MYSQLD_PACKET_RAW = 250;
    static final int MYSQLD_PACKET_EOF = 254;
    static final int MYSQLD_PACKET_ERR = 255;
    static final int MYSQL_TYPE_STRING = 254;

    /** 0.8.5: scripts compare with it to learn what they can use. */
    private static final int VERSION = 0x00805;

    private static final String[] TYPES = {
        "DECIMAL",
        "TINY",
        "SHORT",
        "LONG",
        "FLOAT",
        "DOUBLE",
        "NULL",
        "TIMESTAMP",
        "LONGLONG",
        "INT24",
        "DATE",
        "TIME",
        "DATETIME",
        "YEAR",
        "NEWDATE",
        "VARCHAR",
        "BIT",
        "TIMESTAMP2",
        "DATETIME2",
        "TIME2",
        "TYPED_ARRAY",
    };
    private static final int VECTOR = 242;
    private static final int JSON = 245;
    private static final String[] HIGH_TYPES = {
        "NEWDECIMAL",
        "ENUM",
        "SET",
        "TINY_BLOB",
        "MEDIUM_BLOB",
        "LONG_BLOB",
        "BLOB",
        "VAR_STRING",
        "STRING",
        "GEOMETRY",
    };

    private Constants() {}

    /** All of them by name. */
    static Map<String, Integer> all() {
        Map<String, Integer> all = new LinkedHashMap<>();
        all.put("PROXY_SEND_QUERY", PROXY_SEND_QUERY);
        all.put("PROXY_SEND_RESULT", PROXY_SEND_RESULT);
        all.put("PROXY_IGNORE_RESULT", PROXY_IGNORE_RESULT);
        all.put("PROXY_VERSION", VERSION);
        all.put("MYSQLD_PACKET_OK", MYSQLD_PACKET_OK);
        all.put("MYSQLD_PACKET_ERR", MYSQLD_PACKET_ERR);
        all.put("MYSQLD_PACKET_RAW", MYSQLD_PACKET_RAW);
        all.put("MYSQLD_PACKET_EOF", MYSQLD_PACKET_EOF);
        all.put("BACKEND_STATE_UNKNOWN", BACKEND_STATE_UNKNOWN);
        all.put("BACKEND_STATE_UP", BACKEND_STATE_UP);
        all.put("BACKEND_STATE_DOWN", BACKEND_STATE_DOWN);
        all.put("BACKEND_TYPE_UNKNOWN", BACKEND_TYPE_UNKNOWN);
        all.put("BACKEND_TYPE_RW", BACKEND_TYPE_RW);
        all.put("BACKEND_TYPE_RO", BACKEND_TYPE_RO);
        for (CommandType type : CommandType.values()) {
            all.put(type.name(), type.code());
        }
        for (int i = 0; i < TYPES.length; i++) {
            all.put("MYSQL_TYPE_" + TYPES[i], i);
        }
        all.put("MYSQL_TYPE_VECTOR", VECTOR);
        all.put("MYSQL_TYPE_JSON", JSON);
        for (int i = 0; i < HIGH_TYPES.length; i++) {
            all.put("MYSQL_TYPE_" + HIGH_TYPES[i], JSON + 1 + i);
        }
        return all;
    }

    static void install(LuaTable proxy) {
        all().forEach((name, value) -> proxy.rawset(LuaString.valueOf(name), LuaValue.valueOf(value)));
    }
}
