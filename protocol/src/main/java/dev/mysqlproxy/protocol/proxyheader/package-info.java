/**
 * The PROXY protocol, versions 1 and 2: what a load balancer says before the first byte of a connection about whose it is.
 * Written from <a href="https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt">HAProxy's description</a>.
 */
package dev.mysqlproxy.protocol.proxyheader;
