/** {@code lfs}: files and folders, as LuaFileSystem's functions show them. */
package dev.mysqlproxy.plugin.lua.module.lfs;
