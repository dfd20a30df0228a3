/**
 * Options: one definition from which the command line, the files and the help come.
 */
package dev.mysqlproxy.api.option;
