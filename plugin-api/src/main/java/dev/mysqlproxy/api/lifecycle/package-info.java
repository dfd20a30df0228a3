/**
 * A plugin's life, and its door to the proxy. This is a contract: plugins may rely on every sentence of it, and it
 * changes only with the major version of {@link dev.mysqlproxy.api.lifecycle.ApiVersion}.
 *
 * <h2>Life</h2>
 *
 * <pre>
 * constructor - options() - start(context) - hooks, listeners and tasks at work - stop()
 * </pre>
 *
 * <p>The constructor and {@code options()} only describe: they may be called without a {@code start} to follow, for
 * example to print help. At the start of the process plugins start in the order of {@code --plugins}, and nothing
 * listens before all of them have; they stop in the reverse order once the last session is closed. An operator may
 * load, reload and unload a plugin at any time between.
 *
 * <p>A reload starts the new instance while the old one is still at work; then the hooks of the new one take the old
 * one's place in the order, and the old one is stopped. Both have classes and static fields of their own. A new
 * instance that cannot start changes nothing. Therefore what only one of them can have, a port or a lock file, is taken
 * with the first use or shared by name, not in {@code start}.
 *
 * <h2>Threads</h2>
 *
 * <p>{@code start} and {@code stop} are never called on an event loop and may take their time; of all plugins only one
 * starts or stops at a time, as far as they do not wait for long commands to leave (see Lifetime) and do come to an
 * end: a {@code stop} that takes longer than two seconds is not waited for by an operator, and none for longer than 30
 * seconds by the end of the process. In both, and in tasks, the thread's context class loader is the plugin's. Everything else says
 * in its own comment on which threads it may be called or calls. What is not said to be for any thread is for the
 * thread that it was handed to. A plugin's own blocking work belongs to {@link dev.mysqlproxy.api.lifecycle.Tasks}.
 *
 * <h2>Lifetime</h2>
 *
 * <p>Hooks, listeners, tables, statements and consumers of options can be added in {@code start} only, and are taken
 * back by the proxy: after an unload no new command meets the plugin's hooks, its tables, statements and metrics are
 * gone at once, its options when it has stopped. A session that is in the middle of a command or of a login ends that
 * with the hooks that it began with, so {@code stop} is not called before the last such command has ended, which may be
 * long after the operator said so; when the process ends it is not waited for. After {@code stop}, and after the tasks
 * have ended, no method of the plugin is called any more.
 *
 * <p>Then the plugin's class loader is closed, and must become garbage. The proxy takes back what it was given, and all
 * {@linkplain dev.mysqlproxy.api.view.SessionKey state of sessions} whose key the plugin has made. The plugin ends
 * threads that it started itself, takes back what it gave to the Java platform or to libraries that others share
 * (shutdown hooks, drivers, MBeans, loggers' handlers), and leaves no {@link java.lang.ThreadLocal} value on threads
 * that are not its own: event loops live on. Threads that it has left behind are named in the log, where their context
 * class loader tells whose they are. When {@code start} throws, {@code stop} is not called: {@code start}
 * itself takes back what it has begun; what it has registered and its tasks are taken back for it.
 *
 * <p>Listeners stay with their clients: a plugin that has opened any can be neither unloaded nor reloaded, nor can an
 * engine whose scripts are in use. A plugin that is loaded late meets sessions in the middle of their lives: it gets no
 * {@code onSessionOpened} and no {@code onLoginCompleted} of what was before, no state, and no texts of statements that
 * were prepared before. A plugin that is disabled is passed by with its hooks; tables, statements, tasks and listeners
 * stay at work, and sessions that it misses are as if it had been loaded late.
 *
 * <h2>Failure</h2>
 *
 * <p>A {@link dev.mysqlproxy.api.lifecycle.StartException} ends the start of the process, or refuses the load; its
 * message is all that an operator reads. Anything else that {@code start} throws, errors included, does the same with a
 * worse message. What {@code stop} and tasks throw is logged with the plugin's name and has no effect.
 *
 * <h2>Versions</h2>
 *
 * <p>The API follows Semantic Versioning: within a major version classes and methods are added and never removed or
 * changed in their meaning, new methods of interfaces that plugins implement have a default, and new members may appear
 * in enums: a {@code switch} over one needs a default. Sealed interfaces may get new members only where plugins make
 * the values and the proxy reads them. A plugin's manifest says with {@code Plugin-Requires} which versions it works
 * with; it is checked before any class of it is loaded. The build refuses binary changes within a major version.
 */
package dev.mysqlproxy.api.lifecycle;
