/**
 * Who did what: a record for each connect, login, statement and disconnect.
 *
 * <pre>
 * event loops                                      one thread
 * hooks -> RecordBuilder -> RecordQueue (bounded) -> AuditWriter -> RecordFormat -> Destination
 * </pre>
 *
 * Hooks only copy what they were shown into a compact record. What takes time (kinds of statements, regular expressions,
 * redaction, JSON, files, networks) happens on the writer's thread.
 */
package dev.mysqlproxy.plugin.auditing;
