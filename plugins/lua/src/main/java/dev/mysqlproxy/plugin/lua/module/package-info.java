/**
 * The modules that scripts reach with {@code require} and that are written in Java: {@link
 * dev.mysqlproxy.plugin.lua.module.Modules} puts their loaders where {@code require} looks first. As the C modules did,
 * each also becomes a global under its short name ({@code tokenizer} for {@code mysql.tokenizer}).
 *
 * <p>A module belongs to one {@link dev.mysqlproxy.plugin.lua.vm.LuaState} and is used by one thread at a time. Errors
 * are {@link org.luaj.vm2.LuaError}s with the bare text; whatever bytes a script passes, nothing else is thrown.
 */
package dev.mysqlproxy.plugin.lua.module;
