package dev.mysqlproxy.core.config;

import java.util.List;

/**
 * What the user wants explained.
 *
 * @param main {@code --help}: the chassis options
 * @param all {@code --help-all}: every option
 * @param groups names from {@code --help-<name>}, in the order given; after the first pass they may name plugins that
 *     do not exist
 */
public record HelpRequest(boolean main, boolean all, List<String> groups) {

    public HelpRequest {
        groups = List.copyOf(groups);
    }
}
