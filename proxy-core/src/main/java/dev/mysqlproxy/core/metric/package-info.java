/**
 * Numbers about the running proxy: registered once, counted without locks, read when somebody asks. Any thread.
 */
package dev.mysqlproxy.core.metric;
