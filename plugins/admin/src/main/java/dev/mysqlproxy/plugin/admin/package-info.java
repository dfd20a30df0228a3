/**
 * The admin plugin: an address where an operator's SQL client is answered by the proxy itself.
 *
 * <p>A statement's road: {@code AdminHandler} (which command), {@code Tokens} (its words), {@code Statements} (the first
 * {@code Statement} whose {@code Syntax} fits), its action. What a statement looks like, its row in the help and its
 * action stand together in {@code OperatorStatements}; what clients send by themselves stands in
 * {@code ClientStatements}.
 */
package dev.mysqlproxy.plugin.admin;
