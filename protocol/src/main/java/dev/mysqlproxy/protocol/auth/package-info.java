/**
 * Proving passwords: the arithmetic of {@code mysql_native_password} and {@code caching_sha2_password}. Pure functions
 * of byte arrays; no packets, no state, any thread.
 */
package dev.mysqlproxy.protocol.auth;
