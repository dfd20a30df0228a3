/**
 * The process around the engine: logs, pid file, privileges, limits, signals, daemon and keep-alive. Nothing here knows
 * of sessions, plugins or Netty. Native calls go through JNA, which is loaded only by a start that needs one.
 */
package dev.mysqlproxy.core.chassis;
