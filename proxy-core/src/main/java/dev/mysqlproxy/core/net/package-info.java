/** Addresses, event loops, the clock: what lies under sessions. */
package dev.mysqlproxy.core.net;
