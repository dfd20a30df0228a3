/** Bytes to messages and back: packets cut and written, commands followed, results read. */
package dev.mysqlproxy.protocol.codec;
