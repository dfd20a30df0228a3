/**
 * The admin plugin over HTTP: metrics for Prometheus, health for load balancers, tables as JSON. A small server of
 * its own with a thread for each of a bounded number of connections; nothing of it runs on an event loop.
 */
package dev.mysqlproxy.plugin.admin.http;
