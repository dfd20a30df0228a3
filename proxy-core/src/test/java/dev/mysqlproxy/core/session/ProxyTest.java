package dev.mysqlproxy.core.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests of sessions over real sockets, on both kinds of event loops. After each test no session, no server connection
 * and no count may be left; after each class no buffer.
 */
@ParameterizedClass
@EnumSource(Io.class)
@Timeout(60)
abstract class ProxyTest {

    @Parameter
    Io io;

    final FakeBackend backend = new FakeBackend();
    private final List<Rig> rigs = new ArrayList<>();

    @BeforeAll
    static void watchBuffers() {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Leaks.watch();
    }

    @AfterAll
    static void noLeaks() {
        Leaks.check();
        Awaitility.reset();
    }

    @BeforeEach
    void checkIo() {
        assumeTrue(io.available(), "this system has no epoll");
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            rigs.forEach(Rig::settle);
            backend.close();
        } finally {
            rigs.forEach(Rig::close);
        }
    }

    /** A proxy before {@link #backend}. */
    final Rig rig(Consumer<Rig.Settings> changes) {
        Rig.Settings settings = new Rig.Settings();
        changes.accept(settings);
        try {
            Rig rig = new Rig(io, backend, settings);
            rigs.add(rig);
            return rig;
        } catch (StartException e) {
            throw new AssertionError(e);
        }
    }

    final Rig rig() {
        return rig(settings -> {});
    }

    static ConditionFactory eventually() {
        return await();
    }
}
