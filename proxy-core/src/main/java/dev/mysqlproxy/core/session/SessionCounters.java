package dev.mysqlproxy.core.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has become of sessions since the process began. Any thread; counting waits for nobody. */
public final class SessionCounters {

    private final LongAdder accepted = new LongAdder();
    private final LongAdder loginsOk = new LongAdder();
    private final LongAdder loginsFailed = new LongAdder();
    private final Map<CloseCause, LongAdder> ended = new EnumMap<>(CloseCause.class);

    SessionCounters() {
        for (CloseCause cause : CloseCause.values()) {
            ended.put(cause, new LongAdder());
        }
    }

    /** A client has connected, whatever becomes of it. */
    void countAccepted() {
        accepted.increment();
    }

    /** A client has logged in, or was not let in. */
    void countLogin(boolean ok) {
        (ok ? loginsOk : loginsFailed).increment();
    }

    /** A session has ended. */
    void countEnd(CloseCause cause) {
        ended.get(cause).increment();
    }

    /** Clients that have connected. */
    public long accepted() {
        return accepted.sum();
    }

    /** Logins that the client was told to be good, or bad. */
    public long logins(boolean ok) {
        return (ok ? loginsOk : loginsFailed).sum();
    }

    /** Sessions that have ended, by cause. */
    public Map<CloseCause, Long> ended() {
        Map<CloseCause, Long> byCause = new EnumMap<>(CloseCause.class);
        ended.forEach((cause, count) -> byCause.put(cause, count.sum()));
        return byCause;
    }
}
