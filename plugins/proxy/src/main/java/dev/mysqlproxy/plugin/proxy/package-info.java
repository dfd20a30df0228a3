/**
 * The proxy plugin: the address where clients connect, the backends behind it, which of them a client gets, and the
 * scripts that have a say in it.
 */
package dev.mysqlproxy.plugin.proxy;
