/**
 * Real MySQL and MariaDB servers for tests and the demo.
 *
 * <p>{@link dev.mysqlproxy.it.server.Servers} says which {@link dev.mysqlproxy.it.server.ServerSource}s this machine
 * offers; a source starts {@link dev.mysqlproxy.it.server.TestServer}s. Every server listens on 127.0.0.1 only, on a
 * free port and with data of its own, has the accounts of {@link dev.mysqlproxy.it.server.Accounts} and an empty
 * database {@code test}, and leaves nothing behind once it is closed or this JVM has ended, however it ended.
 *
 * <p>All methods block until what they name has happened; all waits are bounded and end in a
 * {@link dev.mysqlproxy.it.server.ServerException} that carries the end of the server's error log. Types are safe for
 * use by several threads. Administration goes through JDBC, so a driver for the kind of server must be on the class
 * path (MariaDB's {@code mariadb-java-client}, MySQL's {@code mysql-connector-j}).
 */
package dev.mysqlproxy.it.server;
