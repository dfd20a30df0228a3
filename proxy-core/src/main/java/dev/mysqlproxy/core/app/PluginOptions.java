package dev.mysqlproxy.core.app;

import dev.mysqlproxy.core.config.OptionGroup;
import dev.mysqlproxy.core.plugin.LoadedPlugin;

/** The options that plugins declare. */
final class PluginOptions {

    private PluginOptions() {}

    /** Those of one plugin, as help and manual show them. */
    static OptionGroup group(LoadedPlugin plugin) {
        return new OptionGroup(
                plugin.name(), plugin.name() + "-module", plugin.plugin().options());
    }
}
