package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.option.Option;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody wrote for an option, not yet checked.
 *
 * @param option the option
 * @param source where it was written
 * @param parts the elements of a LIST or PATHS option; exactly one text for every other kind
 */
record Given(Option<?> option, Source source, List<String> parts) {

    Given {
        parts = List.copyOf(parts);
    }

    static Given text(Option<?> option, Source source, String text) {
        return new Given(option, source, List.of(text));
    }

    static boolean isPlural(Option<?> option) {
        return option.kind() == Option.Kind.LIST || option.kind() == Option.Kind.PATHS;
    }

    /** Elements of a comma list: trimmed, empty ones left out. */
    static List<String> elements(String commaList) {
        List<String> elements = new ArrayList<>();
        int from = 0;
        while (from <= commaList.length()) {
            int comma = commaList.indexOf(',', from);
            int to = comma < 0 ? commaList.length() : comma;
            String element = commaList.substring(from, to).strip();
            if (!element.isEmpty()) {
                elements.add(element);
            }
            from = to + 1;
        }
        return elements;
    }

    Given and(List<String> more) {
        List<String> all = new ArrayList<>(parts);
        all.addAll(more);
        return new Given(option, source, all);
    }
}
