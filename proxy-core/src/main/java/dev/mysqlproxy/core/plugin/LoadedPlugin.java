package dev.mysqlproxy.core.plugin;

import dev.mysqlproxy.api.lifecycle.ProxyPlugin;

/**
 * A plugin whose jar was loaded.
 *
 * @param name its id
 * @param version its version
 * @param description what its manifest says of it, may be empty
 * @param plugin the plugin itself
 * @param loader of its classes
 */
public record LoadedPlugin(String name, String version, String description, ProxyPlugin plugin, ClassLoader loader) {}
