package dev.mysqlproxy.plugin.admin.sql;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody may have meant. */
public final class Near {

    /** Longer names are not compared. */
    private static final int LONGEST = 64;

    private Near() {}

    /** {@code "; did you mean 'name'?"} for the nearest of the known names, or nothing when none is near. */
    public static String hint(String name, Collection<String> known) {
        return find(name, known).map(near -> "; did you mean '" + near + "'?").orElse("");
    }

    /** The known name with the fewest letters changed, when these are at most a third or so. */
    public static Optional<String> find(String name, Collection<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        if (wanted.length() > LONGEST) {
            return Optional.empty();
        }
        return known.stream()
                .distinct()
                .filter(other -> distance(wanted, other.toLowerCase(Locale.ROOT)) <= (wanted.length() + 2) / 3)
                .min(Comparator.comparingInt((String other) -> distance(wanted, other.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static int distance(String left, String right) {
        if (right.length() > LONGEST) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[right.length() + 1];
        for (int at = 0; at < row.length; at++) {
            row[at] = at;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int changed = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
