package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.option.Option;
import java.util.List;
import java.util.Map;

/**
 * What a configuration file says.
 *
 * @param given by option
 * @param warnings lines for the log, about what is ignored
 */
record FileValues(Map<Option<?>, Given> given, List<String> warnings) {

    static final FileValues NONE = new FileValues(Map.of(), List.of());

    FileValues {
        given = Map.copyOf(given);
        warnings = List.copyOf(warnings);
    }
}
