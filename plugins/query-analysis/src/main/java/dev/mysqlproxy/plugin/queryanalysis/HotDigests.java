package dev.mysqlproxy.plugin.queryanalysis;

/**
 * The digests that one thread sees most, which it counts on its own: threads that met in the entry of the same digest for
 * each statement would wait for each other's caches. What is counted here is added to the entries every second, or when
 * somebody wants to read them. The few entries that it knows are its memory, which comes on top of the store's. Guarded by its
 * {@link ThreadDigests}.
 */
final class HotDigests {

    private static final int PLACES = 32;
    /** So many statements of other digests, and none of its own, take a digest its place. */
    private static final int MOST_MISSES = 16;

    private final HotDigest[] places = new HotDigest[PLACES];

    /** Counts a statement, here or in its stripe. */
    void add(int hash, DigestStripe stripe, Observation observation, Deviation deviation, StatementReader reader) {
        int place = hash & PLACES - 1;
        HotDigest hot = places[place];
        boolean known = hot != null && hot.entry().is(observation);
        if (known && hot.takes(observation)) {
            hot.add(observation, deviation);
            if (hot.isDue(observation.nowMillis)) {
                stripe.add(hot, observation.nowMillis);
            }
        } else if (hot != null && !known && hot.missed() <= MOST_MISSES) {
            stripe.add(hash, observation, deviation, reader);
        } else {
            if (hot != null) {
                hot.entry().stripe().add(hot, observation.nowMillis);
            }
            places[place] = stripe.hold(hash, observation, deviation, reader);
        }
    }

    /** Adds everything to the stripes, and forgets which digests it was. */
    void handOver() {
        for (int i = 0; i < PLACES; i++) {
            HotDigest hot = places[i];
            if (hot != null) {
                hot.entry().stripe().add(hot, hot.totals().lastSeen);
                places[i] = null;
            }
        }
    }
}
