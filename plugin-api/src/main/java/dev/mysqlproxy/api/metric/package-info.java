/** Numbers about the running proxy. */
package dev.mysqlproxy.api.metric;
