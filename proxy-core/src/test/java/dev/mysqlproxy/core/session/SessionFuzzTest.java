package dev.mysqlproxy.core.session;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.mysqlproxy.testing.fuzz.Corpus;
import dev.mysqlproxy.testing.fuzz.FuzzRun;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Sessions of spoilt clients and servers; see {@link FuzzSessions}. No buffer may be left either. */
class SessionFuzzTest {

    /** A session takes as long as some hundred decoded packets. */
    private static final int WEIGHT = 8;

    /** Spoilt sessions would fill a disk with warnings. */
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.mysqlproxy.core");

    @BeforeAll
    static void watchBuffers() {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Leaks.watch();
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void noLeaks() {
        LOG.setLevel(null);
        Leaks.check();
        Awaitility.reset();
    }

    @Test
    void savedSessions() throws Exception {
        for (Io io : Io.values()) {
            if (io.available()) {
                try (FuzzSessions sessions = new FuzzSessions(io)) {
                    for (byte[] input : Corpus.load(sessions.name())) {
                        sessions.run(input);
                    }
                }
            }
        }
    }

    @Test
    void spoiltSessions() {
        try (FuzzSessions sessions = new FuzzSessions(Io.NIO)) {
            FuzzRun.of(sessions, WEIGHT);
        }
    }
}
