package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.core.config.OptionGroup;
import dev.mysqlproxy.core.plugin.LoadedPlugin;

/** The options that plugins declare. */
final class PluginOptions {

    private PluginOptions() {}

    /**
     * Those of one plugin, as help and manual show them.
     *
     * @throws StartException when the plugin cannot say
     */
    static OptionGroup group(LoadedPlugin plugin) throws StartException {
        try {
            return new OptionGroup(
                    plugin.name(), plugin.name() + "-module", plugin.plugin().options());
        } catch (Throwable e) {
            throw new StartException("plugin " + plugin.name() + " cannot name its options: " + e, e);
        }
    }
}
