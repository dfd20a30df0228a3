/** The wire: integers and strings, packet headers, capability and status flags. */
package dev.mysqlproxy.protocol.wire;
