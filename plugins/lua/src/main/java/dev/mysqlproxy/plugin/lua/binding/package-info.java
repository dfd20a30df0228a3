/**
 * What a script sees of the proxy: the table {@code proxy} with everything in it, one class per kind of userdata. All
 * of it is used under the lock of its {@link dev.mysqlproxy.plugin.lua.binding.World}, on the event loop of the session
 * whose hook runs.
 */
package dev.mysqlproxy.plugin.lua.binding;
