/**
 * Who the client is: authentication that passes between client and server, or that the proxy does itself. No channels, no
 * packets' headers: payloads in, payloads out.
 */
package dev.mysqlproxy.core.auth;
