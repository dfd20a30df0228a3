/** Plugins: jars found, checked, loaded and fenced off by class loaders. */
package dev.mysqlproxy.core.plugin;
