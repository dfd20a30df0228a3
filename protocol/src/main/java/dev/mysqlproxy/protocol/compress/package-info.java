/**
 * The compressed protocol: a layer below packets that cuts their stream into compressed packets of its own, wherever it
 * likes. Readers and writers belong to one connection and one event loop, and hold native memory until they are closed.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_compression.html">Compression</a>
 */
package dev.mysqlproxy.protocol.compress;
