/**
 * Script engines, found by file suffix.
 */
package dev.mysqlproxy.api.script;
