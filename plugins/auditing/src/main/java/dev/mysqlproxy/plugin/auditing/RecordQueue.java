package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.metric.Metrics;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Records on their way from the event loops to the writer, at most so many bytes of them. Event loops hold the lock while
 * they copy one record, and need it for few of them; the writer holds it while it takes all there are. Nobody waits for a
 * file.
 *
 * <p>A statement that may not go unrecorded reserves room before it runs. An eighth is kept for records that cannot: logins
 * and disconnects. Its bytes count until they are written.
 */
final class RecordQueue {

    /** So many bytes wake the writer at once. */
    private static final int WORTHWHILE = 512 * 1024;

    /** Who has to come to an end tries again soon. */
    private static final long CLOSED_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int DROPPED_LENGTH = 1 + 2 * Long.BYTES;

    private final long limit;
    private final boolean prompt;
    private final Metrics.Counter droppedTotal;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition something = lock.newCondition();
    private final Condition much = lock.newCondition();
    private final Deque<Reservation> waiters = new ArrayDeque<>();
    private final RecordStore store = new RecordStore();
    private final RecordBuilder note = new RecordBuilder();

    private long reserved;
    private long droppedSince;
    private long droppedAt;
    private long dropped;
    private boolean disturbed;
    private volatile boolean reserving;
    private boolean closed;

    /**
     * A queue.
     *
     * @param limit bytes of records
     * @param prompt whether each record wakes the writer, else only many or the time
     * @param droppedTotal counts records that have no room
     */
    RecordQueue(long limit, boolean prompt, Metrics.Counter droppedTotal) {
        this.limit = limit;
        this.prompt = prompt;
        this.droppedTotal = droppedTotal;
    }

    // --- event loops ------------------------------------------------------------------------------------------------

    /** Takes a record, or counts it as dropped. */
    void append(RecordBuilder record, Reservation reservation) {
        ThreadRecords own = store.own();
        if (own.put(record)) {
            return;
        }
        lock.lock();
        try {
            boolean promised = reservation != null && reservation.held > 0;
            if (promised) {
                free(reservation);
            }
            if (closed || !promised && !fits(record.mostBytes())) {
                if (droppedSince == 0) {
                    droppedAt = record.micros();
                }
                droppedSince++;
                dropped++;
                droppedTotal.increment();
                return;
            }
            noteDropped(own, record.mostBytes());
            add(own, record);
            if (prompt || store.untaken() > WORTHWHILE) {
                much.signal();
            } else if (!reserving && droppedSince == 0 && store.bytes() + RecordStore.LOAN <= limit / 2) {
                store.lend(own);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the last record of a run: there is room for it, and for what says that others are missing. */
    void appendLast(RecordBuilder record) {
        lock.lock();
        try {
            if (!closed) {
                if (droppedSince > 0) {
                    addNote(store.own());
                }
                // behind all others, also those of the same microsecond
                add(new ThreadRecords(), record);
                much.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(ThreadRecords thread, RecordBuilder record) {
        boolean first = store.untaken() == 0;
        store.add(thread, record);
        if (first) {
            something.signal();
        }
    }

    /** Whether there is room for so many bytes; what is lent is taken back before it is said that there is none. */
    private boolean fits(long wanted) {
        if (store.bytes() + reserved + wanted <= limit) {
            return true;
        }
        store.endLoans();
        return store.bytes() + reserved + wanted <= limit;
    }

    /** What is missing is said where it is missing, when there is room for it and for what comes behind it. */
    private void noteDropped(ThreadRecords thread, int behind) {
        if (droppedSince > 0 && fits(DROPPED_LENGTH + behind)) {
            addNote(thread);
        }
    }

    private void addNote(ThreadRecords thread) {
        note.begin(AuditEvent.DROPPED, droppedAt).putLong(droppedSince);
        droppedSince = 0;
        add(thread, note);
    }

    private boolean hasRoomFor(long wanted) {
        // a record that is longer than the queue has its turn when the queue is empty
        return store.bytes() + reserved + wanted <= limit - limit / 8 || store.bytes() + reserved == 0;
    }

    /** Whether so many bytes would have room now. */
    boolean hasRoom(long wanted) {
        lock.lock();
        try {
            return closed || fits(wanted);
        } finally {
            lock.unlock();
        }
    }

    /** From here on each record counts at once. */
    private void beginReserving() {
        if (!reserving) {
            reserving = true;
            store.endLoans();
        }
    }

    /** Keeps room for the record of a statement; false when there is none. */
    boolean reserve(Reservation reservation, long wanted) {
        lock.lock();
        try {
            beginReserving();
            if (closed || !waiters.isEmpty() || !hasRoomFor(wanted)) {
                return closed;
            }
            keep(reservation, wanted);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps room for the record of a statement as soon as there is any, first come, first served. */
    CompletableFuture<QueryDecision> await(Reservation reservation, long wanted) {
        CompletableFuture<QueryDecision> waiting = new CompletableFuture<>();
        lock.lock();
        try {
            beginReserving();
            if (closed) {
                waiting.complete(QueryDecision.forward());
            } else {
                reservation.waiting = waiting;
                reservation.wanted = wanted;
                waiters.add(reservation);
            }
        } finally {
            lock.unlock();
        }
        grant();
        return waiting;
    }

    /** The session does without, if it had any. */
    void cancel(Reservation reservation) {
        if (!reserving) {
            return;
        }
        lock.lock();
        try {
            if (reservation.waiting != null) {
                reservation.waiting = null;
                waiters.remove(reservation);
            }
            free(reservation);
        } finally {
            lock.unlock();
        }
        grant();
    }

    private void keep(Reservation reservation, long wanted) {
        reserved += wanted - reservation.held;
        reservation.held = wanted;
    }

    private void free(Reservation reservation) {
        reserved -= reservation.held;
        reservation.held = 0;
    }

    /** Lets those run that have waited longest, as far as there is room. */
    private void grant() {
        while (true) {
            CompletableFuture<QueryDecision> granted;
            lock.lock();
            try {
                Reservation next = waiters.peek();
                if (next == null || !closed && !hasRoomFor(next.wanted)) {
                    return;
                }
                waiters.remove();
                granted = next.waiting;
                next.waiting = null;
                if (!closed) {
                    keep(next, next.wanted);
                }
            } finally {
                lock.unlock();
            }
            granted.complete(QueryDecision.forward());
        }
    }

    // --- the writer -------------------------------------------------------------------------------------------------

    /**
     * All records there are, those of each thread oldest first. Waits for the first one, and then for more to come with it.
     *
     * @param patience longest wait for the first, in nanoseconds
     * @param gathering longest wait for more
     */
    List<Chunk> take(long patience, long gathering) throws InterruptedException {
        lock.lock();
        try {
            long left = patience;
            while (store.untaken() == 0 && !closed && !disturbed && left > 0) {
                left = something.awaitNanos(left);
            }
            left = gathering;
            while (store.untaken() > 0
                    && store.untaken() <= WORTHWHILE
                    && !prompt
                    && !closed
                    && !disturbed
                    && left > 0) {
                left = much.awaitNanos(left);
            }
            disturbed = false;
            noteDropped(store.own(), 0);
            return store.take();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a time, unless somebody disturbs the queue; not for long when it is closed. */
    void pause(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = closed ? CLOSED_PAUSE : nanos;
            while (!disturbed && left > 0) {
                boolean open = !closed;
                left = something.awaitNanos(left);
                if (open && closed) {
                    return;
                }
            }
            disturbed = false;
        } finally {
            lock.unlock();
        }
    }

    /** The records of a chunk are written or lost. */
    void done(Chunk chunk) {
        lock.lock();
        try {
            store.done(chunk);
        } finally {
            lock.unlock();
        }
        grant();
    }

    // --- everybody --------------------------------------------------------------------------------------------------

    /** The writer has something else to look at. */
    void disturb() {
        lock.lock();
        try {
            disturbed = true;
            something.signal();
            much.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no further records; whoever waits goes on. */
    void close() {
        lock.lock();
        try {
            closed = true;
            store.endLoans();
            something.signal();
            much.signal();
        } finally {
            lock.unlock();
        }
        grant();
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes in it, those that are being written included. */
    long bytes() {
        lock.lock();
        try {
            store.endLoans();
            return store.bytes();
        } finally {
            lock.unlock();
        }
    }

    long limit() {
        return limit;
    }

    /** Sessions that wait for room. */
    int waiting() {
        lock.lock();
        try {
            return waiters.size();
        } finally {
            lock.unlock();
        }
    }

    /** Records for which there was no room, ever. */
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }
}
