/** Packets as records, each with its decoding and encoding. Payloads only: headers are the codecs' business. */
package dev.mysqlproxy.protocol.message;
