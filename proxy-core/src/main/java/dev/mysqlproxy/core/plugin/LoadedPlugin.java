package dev.mysqlproxy.core.plugin;

import dev.mysqlproxy.api.lifecycle.ProxyPlugin;

/**
 * A plugin that {@code --plugins} named.
 *
 * @param name its id
 * @param version its version
 * @param description what its manifest says of it, may be empty
 * @param plugin the plugin itself
 */
public record LoadedPlugin(String name, String version, String description, ProxyPlugin plugin) {}
