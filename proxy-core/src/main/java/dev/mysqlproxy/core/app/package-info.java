/** The command: arguments in, exit code out. */
package dev.mysqlproxy.core.app;
