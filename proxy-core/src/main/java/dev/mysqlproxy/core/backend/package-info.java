/** The servers: what is known and wanted of each. */
package dev.mysqlproxy.core.backend;
