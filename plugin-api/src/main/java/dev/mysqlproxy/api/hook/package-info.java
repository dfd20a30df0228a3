/**
 * The points at which a plugin meets a session: MySQL Proxy's hooks.
 *
 * <p><b>Thread.</b> A hook is called on the event loop of its session, and for one session never twice at once; hooks of
 * different sessions run at the same time. A hook must not block: a slow {@code QueryHook} answers
 * {@code QueryDecision.later}. <b>Order.</b> connect, handshake, auth, auth result (once for each packet of the server),
 * then query, query result and query completed for each command, disconnect at the end, always. Between plugins the order
 * of {@code --plugins}: the first decision that is not "go on" stands and later plugins are not asked; observers
 * (completed, disconnect) are all told. <b>Lifetime.</b> What a hook is handed is valid until it returns. <b>Failure.</b>
 * What a hook throws is logged with the plugin's name and counts as no decision, or, for a plugin that fails closed, ends
 * the session with an error. <b>Cost.</b> A hook that nobody implements costs nothing, and a command is decoded only as
 * far as a hook asks.
 */
package dev.mysqlproxy.api.hook;
