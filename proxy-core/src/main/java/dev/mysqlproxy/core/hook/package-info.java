/** The hooks of all plugins, called in order and fenced off. */
package dev.mysqlproxy.core.hook;
