/** Replies followed without being parsed: where does this one end, and how did it go? */
package dev.mysqlproxy.protocol.reply;
