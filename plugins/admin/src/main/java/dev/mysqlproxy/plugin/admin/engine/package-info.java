/**
 * The SQL engine behind SELECT: H2 in a process of its own, one query at a time, each in a fresh database in memory
 * that
 * holds nothing but the tables the query names.
 *
 * <p>{@code Engine} lends {@code EngineProcess}es, which speak by {@code Frames} with {@code EngineMain} at the other
 * end of
 * a pipe. {@code EngineMain}, {@code EngineDatabase} and {@code Frames} use the JDK and H2 only: nothing else is on
 * that
 * process's class path.
 */
package dev.mysqlproxy.plugin.admin.engine;
