/**
 * TLS of both hops: what the files hold, the contexts made of them, handlers for channels. It knows neither sessions
 * nor MySQL's packets. Making and reloading contexts reads files and may block; handlers are made on event loops,
 * without blocking. BoringSSL does the work where Netty can load it, the JDK otherwise.
 */
package dev.mysqlproxy.core.tls;
