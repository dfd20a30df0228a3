package dev.mysqlproxy.plugin.lua.binding;

/** Where lines about scripts go. Any thread. */
public interface ScriptLog {

    /** A script failed or was told no. */
    void critical(String line);

    /** Something was put right. */
    void warning(String line);

    /** News of the normal course. */
    void message(String line);
}
