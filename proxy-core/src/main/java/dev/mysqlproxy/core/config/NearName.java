package dev.mysqlproxy.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class NearName {

    private static final int LONGEST = 64;
    private static final int SHORTEST_PREFIX = 3;

    private NearName() {}

    /** The nearest of {@code names}: few letters away, or the shortest that goes on where {@code written} stops. */
    static Optional<String> of(String written, Collection<String> names) {
        String wanted = written.toLowerCase(Locale.ROOT).replace('_', '-');
        if (wanted.isEmpty() || wanted.length() > LONGEST) {
            return Optional.empty();
        }
        int most = Math.max(1, Math.min(3, wanted.length() / 3));
        Optional<String> near = names.stream()
                .filter(name -> distance(wanted, name) <= most)
                .min(Comparator.comparingInt((String name) -> distance(wanted, name))
                        .thenComparing(Comparator.naturalOrder()));
        if (near.isPresent() || wanted.length() < SHORTEST_PREFIX) {
            return near;
        }
        return names.stream()
                .filter(name -> name.startsWith(wanted))
                .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
    }

    /** Letters to add, drop, change or swap with their neighbour to get from one word to the other. */
    static int distance(String from, String to) {
        int[] twoAgo = new int[to.length() + 1];
        int[] previous = new int[to.length() + 1];
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(previous[j], row[j - 1]) + 1, previous[j - 1] + change);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    row[j] = Math.min(row[j], twoAgo[j - 2] + 1);
                }
            }
            int[] free = twoAgo;
            twoAgo = previous;
            previous = row;
            row = free;
        }
        return previous[to.length()];
    }
}
