/** The tables of the admin port: the proxy's own, those of its plugins, and those that describe them to clients. */
package dev.mysqlproxy.plugin.admin.table;
