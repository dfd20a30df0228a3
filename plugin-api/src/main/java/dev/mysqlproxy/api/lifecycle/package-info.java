/**
 * A plugin's life, and its door to the proxy.
 */
package dev.mysqlproxy.api.lifecycle;
