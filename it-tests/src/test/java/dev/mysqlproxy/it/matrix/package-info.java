/**
 * The client/server matrix: every client before every server, with and without the proxy, sees the same.
 *
 * <p>Clients are drivers within this JVM and programs of {@code src/test/clients}; all do what {@code features.txt}
 * there lists, add what only their own interfaces offer, and write lines {@code feature<TAB>result} that are the same
 * in each run. Results of two clients are never compared with each other.
 */
package dev.mysqlproxy.it.matrix;
