package dev.mysqlproxy.api.lifecycle;

import dev.mysqlproxy.api.option.Option;
import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * What a plugin jar provides: one public class with a public constructor without arguments, marked with PF4J's
 * {@code @Extension}. The jar's manifest names it ({@code Plugin-Id}, {@code Plugin-Version}, {@code Plugin-Requires}).
 *
 * <p>Life: constructor, {@link #options()}, {@link #start}, then hooks and listeners at work, {@link #stop()}. {@code
 * start} and {@code stop} are never called on an event loop, and only one at a time: plugins start in the order of
 * {@code --plugins} and stop in the reverse order. An operator may load, reload and unload a plugin while the proxy
 * runs: then the same happens to it alone, and after {@code stop} its classes must become garbage; the package's
 * description says what that asks of it.
 */
public interface ProxyPlugin extends ExtensionPoint {

    /** Options this plugin understands; they exist when the plugin is named in {@code --plugins}. */
    default List<Option<?>> options() {
        return List.of();
    }

    /**
     * Checks the options and registers hooks, backends and listeners. Nothing listens before every plugin has started.
     *
     * @throws StartException with one sentence for the operator when the process cannot start like this
     */
    void start(PluginContext context) throws StartException;

    /**
     * The process ends, or an operator unloads or replaces the plugin: no command and no session uses its hooks any
     * more, and its timers are cancelled. Its tasks may still run. Must not throw.
     */
    default void stop() {}

    /**
     * Whether a session must be refused when a hook of this plugin throws. Auditors and firewalls say true; the default
     * is to log the error and to go on as if the hook had made no decision.
     */
    default boolean failClosed() {
        return false;
    }
}
