/** {@code mysql.proto}: payloads of MySQL's packets as tables and back. */
package dev.mysqlproxy.plugin.lua.module.proto;
