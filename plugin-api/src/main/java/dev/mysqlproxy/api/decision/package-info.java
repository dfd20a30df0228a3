/**
 * What hooks answer, as values.
 */
package dev.mysqlproxy.api.decision;
