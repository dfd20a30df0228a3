package dev.mysqlproxy.it.matrix;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Few of many combinations that together hold every pair of values that occurs in any of them. */
final class Pairwise {
    private Pairwise() {}

    /** A value of one dimension together with a value of another. */
    private record Pair(int first, Object one, int second, Object other) {}

    /** Takes the combination with most pairs not seen yet, until all are seen; the same for the same input. */
    static <T> List<T> choose(List<T> all, Function<T, List<Object>> values) {
        List<Set<Pair>> pairs =
                all.stream().map(each -> pairs(values.apply(each))).toList();
        Set<Pair> missing = new HashSet<>();
        pairs.forEach(missing::addAll);
        List<T> chosen = new ArrayList<>();
        while (!missing.isEmpty()) {
            int best = 0;
            long most = -1;
            for (int i = 0; i < all.size(); i++) {
                long gain = pairs.get(i).stream().filter(missing::contains).count();
                if (gain > most) {
                    most = gain;
                    best = i;
                }
            }
            chosen.add(all.get(best));
            missing.removeAll(pairs.get(best));
        }
        return chosen;
    }

    private static Set<Pair> pairs(List<Object> values) {
        Set<Pair> pairs = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            for (int j = i + 1; j < values.size(); j++) {
                pairs.add(new Pair(i, values.get(i), j, values.get(j)));
            }
        }
        return pairs;
    }
}
