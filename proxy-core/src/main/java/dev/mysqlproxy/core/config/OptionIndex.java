package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds options by what users write. Immutable. */
final class OptionIndex {

    static final String HELP_PREFIX = "help-";

    private final List<OptionGroup> groups;
    private final Map<String, Option<?>> byName = new LinkedHashMap<>();
    private final Map<Character, Option<?>> byShortName = new HashMap<>();
    private final Set<String> helpNames = new LinkedHashSet<>();

    /** @throws StartException when two groups claim the same name or letter */
    OptionIndex(List<OptionGroup> groups) throws StartException {
        this.groups = List.copyOf(groups);
        Map<String, String> ownerOfName = new HashMap<>();
        Map<Character, String> ownerOfLetter = new HashMap<>();
        for (OptionGroup group : groups) {
            if (!group.name().equals(ChassisOptions.GROUP.name())) {
                claim(ownerOfName, HELP_PREFIX + group.name(), "--" + HELP_PREFIX + group.name(), group);
                helpNames.add(HELP_PREFIX + group.name());
            }
            for (Option<?> option : group.options()) {
                claim(ownerOfName, option.name(), option.toString(), group);
                byName.put(option.name(), option);
                if (option.shortName().isPresent()) {
                    char letter = option.shortName().get();
                    claim(ownerOfLetter, letter, "-" + letter, group);
                    byShortName.put(letter, option);
                }
            }
        }
    }

    private static <K> void claim(Map<K, String> owners, K key, String shown, OptionGroup group) throws StartException {
        String other = owners.putIfAbsent(key, group.name());
        if (other != null) {
            throw new StartException("option " + shown + " is declared twice: by " + other + " and by " + group.name()
                    + "; leave one of them out of --plugins");
        }
    }

    List<OptionGroup> groups() {
        return groups;
    }

    Iterable<Option<?>> options() {
        return byName.values();
    }

    Optional<Option<?>> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    Optional<Option<?>> lettered(char letter) {
        return Optional.ofNullable(byShortName.get(letter));
    }

    /** Whether this is {@code help-<group>} of one of the groups. */
    boolean isGroupHelp(String name) {
        return helpNames.contains(name);
    }

    /** The option or help name that was probably meant on the command line. */
    Optional<String> near(String name) {
        Set<String> names = new LinkedHashSet<>(byName.keySet());
        names.addAll(helpNames);
        return NearName.of(name, names);
    }

    /** The warning for a key of a file that no option is called. */
    String unknownKey(String key, Source source) {
        return "unknown option " + Shown.printable(key) + " is ignored (" + source + ")"
                + NearName.of(key, byName.keySet())
                        .map(near -> " - did you mean " + near + "?")
                        .orElse("");
    }

    /** The warning for an option in a file that only means something on the command line. */
    static String commandLineOnly(Option<?> option, Source source) {
        return option.name() + " is ignored (" + source + "): it works on the command line only";
    }
}
