/**
 * A client of our own that can say anything a driver would not: chosen capability flags, any command, any bytes. It
 * shares no code with the product, so that it can judge it.
 */
package dev.mysqlproxy.it.raw;
