package dev.mysqlproxy.plugin.queryanalysis;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Observations to use again, one for each thread as a rule. No thread locals: they would hold on to the plugin's classes
 * when it is unloaded.
 */
final class Observations {

    private static final int SLOTS = 64;
    /** Places from one that is used to the next: no two in a cache line, or threads would take it from each other. */
    private static final int APART = 32;

    private final AtomicReferenceArray<Observation> idle = new AtomicReferenceArray<>(SLOTS * APART);
    private final int maxText;

    Observations(int maxText) {
        this.maxText = maxText;
    }

    Observation take() {
        Observation mine = idle.getAndSet(slot(), null);
        return mine == null ? new Observation(maxText) : mine;
    }

    void giveBack(Observation observation) {
        observation.clear();
        idle.setRelease(slot(), observation);
    }

    private static int slot() {
        return ((int) Thread.currentThread().getId() & SLOTS - 1) * APART;
    }
}
