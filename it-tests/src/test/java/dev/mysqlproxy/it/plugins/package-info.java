/** Plugins: their life while the proxy runs, and what their authors get. */
package dev.mysqlproxy.it.plugins;
