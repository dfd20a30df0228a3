/**
 * What hooks and plugins see: commands, results, sessions, backends. Read only.
 */
package dev.mysqlproxy.api.view;
