/**
 * Sessions: one client, one phase at a time, at most one server connection, all on one event loop.
 */
package dev.mysqlproxy.core.session;
