package dev.mysqlproxy.plugin.queryanalysis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The last slow statements. Any thread. */
final class SlowQueries {

    private final int most;
    private final ArrayDeque<SlowQuery> queries = new ArrayDeque<>();

    SlowQueries(int most) {
        this.most = most;
    }

    synchronized void add(SlowQuery query) {
        if (most == 0) {
            return;
        }
        if (queries.size() == most) {
            queries.removeFirst();
        }
        queries.addLast(query);
    }

    /** The oldest first. */
    synchronized List<SlowQuery> copy() {
        return new ArrayList<>(queries);
    }

    synchronized long clear() {
        long count = queries.size();
        queries.clear();
        return count;
    }
}
