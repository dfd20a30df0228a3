/**
 * The admin plugin: an address where an operator's SQL client is answered by the proxy itself.
 *
 * <p>A statement's road: {@code AdminHandler} (which command), {@code Tokens} (its words), {@code Statements} (the
 * first {@code Statement} whose {@code Syntax} fits, and whether the account may give it), its action. What looks at
 * something is a {@code Look}; what changes something is an {@code Order}, which says in a {@code Change} what it would
 * do before it does it. Questions to tables go by {@code Selects} to the SQL engine.
 */
package dev.mysqlproxy.plugin.admin;
