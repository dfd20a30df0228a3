/**
 * The points at which a plugin meets a session: MySQL Proxy's hooks and some more. This is a contract, as that of
 * {@link dev.mysqlproxy.api.lifecycle}.
 *
 * <h2>Threads</h2>
 *
 * <p>A hook is called on the event loop of its session, for one session never twice at once and always on the same
 * loop; hooks of different sessions run at the same time. A hook must not block: hundreds of sessions wait for the same
 * loop. A {@code QueryHook} that has to wait answers {@code QueryDecision.later}, which holds its session alone;
 * everything else that takes time goes to the plugin's {@link dev.mysqlproxy.api.lifecycle.Tasks}, and comes back to
 * the session by {@code ProxyControl.onSession}.
 *
 * <h2>Order</h2>
 *
 * <p>Within a session: opened; connect, handshake, auth, auth result (once for each packet of the server), login
 * completed; for each command query, then for each reply of a server to it, or to what was injected in its place, row,
 * query completed and, for an injection, query result; disconnect at the end, always and once. Login completed comes
 * again after a COM_CHANGE_USER.
 *
 * <p>Between plugins: the order of {@code --plugins}, those loaded later behind them, a reloaded one in its old place.
 * Between hooks of one plugin: the order in which they were added. Of those that decide (connect, handshake, auth, auth
 * result, query) the first decision that is not "go on" stands and the others are not asked. A query result is shown to
 * the hook that injected the query, and to no other. Rows go through all hooks that want to transform them, each seeing
 * what those before it have made. Observers (opened, login completed, query completed, disconnect) are all told,
 * whatever the others do.
 *
 * <h2>Lifetime</h2>
 *
 * <p>What a hook is handed is valid until it returns, or until its late decision is complete; to keep something, copy
 * it. State that belongs to a session hangs on it by a {@link dev.mysqlproxy.api.view.SessionKey} and goes with the
 * session or with the plugin. A command or login goes to its end with the hooks that were at work when it began,
 * whatever is loaded, unloaded or disabled meanwhile; the next one begins with those that are at work then. {@code
 * commandTypes()}, {@code completedTypes()}, {@code rowTypes()} and {@code needsPreparedStatements()} are asked
 * whenever the hooks at work change, on any thread: their answers must be constant.
 *
 * <h2>Failure</h2>
 *
 * <p>What a hook throws is logged with the plugin's name and counts as no decision; so does {@code null}. When its
 * plugin fails closed, by its own word or by {@code --fail-closed}, the session ends with an error instead. Observers
 * decide nothing, so their exceptions are only logged. Errors are treated as exceptions are. A late decision that fails
 * or never comes: the first counts as an exception, the second holds the session until its client gives up or an operator
 * kills it. One that comes twice, or after the session's end, has no effect.
 *
 * <h2>Cost</h2>
 *
 * <p>A hook that nobody implements costs nothing, and a command is gathered and decoded only as far as a hook has said
 * it wants it: name the types of commands you need, ask for results and rows only where you use them, and for
 * prepared statements only when you read them.
 */
package dev.mysqlproxy.api.hook;
