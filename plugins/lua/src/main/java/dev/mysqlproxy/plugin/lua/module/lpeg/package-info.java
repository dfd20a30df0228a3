/**
 * Parsing expression grammars for scripts: what LPeg 1.0 does, over LuaJ's values.
 *
 * <p>A pattern is a {@code Tree}; at its first match it is compiled to a {@code Program}, which a {@code Matcher} runs
 * with a stack of its own. The match leaves a list of captures, of which a {@code CaptureReader} makes Lua values. As
 * everything of a Lua state, nothing here is safe for two threads at once.
 */
package dev.mysqlproxy.plugin.lua.module.lpeg;
