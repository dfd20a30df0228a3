/**
 * The script engine: loads scripts, calls their hooks and makes decisions of what they return. A hook's call holds the
 * lock of the session's {@link dev.mysqlproxy.plugin.lua.binding.World} and nothing else; without a script nothing here
 * runs.
 */
package dev.mysqlproxy.plugin.lua.engine;
