/**
 * Places where clients connect, and who answers them.
 */
package dev.mysqlproxy.api.listener;
