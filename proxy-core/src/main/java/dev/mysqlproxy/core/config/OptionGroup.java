package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.option.Option;
import java.util.List;
import java.util.Objects;

/**
 * Options that belong together: those of the chassis or those of one plugin. Immutable.
 *
 * @param name the plugin's name; {@code --help-<name>} shows the group
 * @param title headline in the help and the manual
 * @param options in the order in which they are shown
 */
public record OptionGroup(String name, String title, List<Option<?>> options) {

    public OptionGroup {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(title, "title");
        options = List.copyOf(options);
    }
}
