package dev.mysqlproxy.core.hook;

import dev.mysqlproxy.api.hook.Hook;

/**
 * A hook and whose it is.
 *
 * @param plugin the plugin's name
 * @param failClosed whether a session must not go on after it threw
 * @param hook the hook
 */
public record Registered<H extends Hook>(String plugin, boolean failClosed, H hook) {}
