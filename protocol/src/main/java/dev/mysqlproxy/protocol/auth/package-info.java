/**
 * Proving passwords: the arithmetic of {@code mysql_native_password}, {@code caching_sha2_password} and {@code
 * sha256_password}, and of the hashes that servers keep of them. Pure functions of byte arrays; no packets, no state,
 * any thread.
 */
package dev.mysqlproxy.protocol.auth;
