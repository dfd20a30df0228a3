/** The binary protocol of prepared statements, as far as this listener needs it. */
package dev.mysqlproxy.plugin.admin.prepared;
