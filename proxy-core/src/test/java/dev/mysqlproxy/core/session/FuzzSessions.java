package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.core.session.FuzzSteps.Act;
import dev.mysqlproxy.core.session.FuzzSteps.Step;
import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.fuzz.FuzzTarget;
import dev.mysqlproxy.testing.fuzz.Mutator;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Whole sessions between a client and a server of which either may be mad. Whatever they do, the session goes on or
 * ends with a reason that is not the proxy's own, and when they are gone nothing of it is left.
 */
final class FuzzSessions implements FuzzTarget, AutoCloseable {

    /** Sessions that one proxy serves, so that what piles up in a test's own lists stays small. */
    private static final int SESSIONS_EACH = 1_000;

    private static final int PATIENCE_SECONDS = 20;
    private static final int[] READS = {64 * 1024, 1, 3, 17};
    private static final int KEEPS_RESULTS = 4;
    private static final List<String> OWN_FAULTS =
            List.of(CloseCause.INTERNAL_ERROR.word(), CloseCause.PLUGIN_FAILED.word());

    /** Sees every session at its begin, and injects each query when results are to be kept. */
    private static final class Plugin implements ConnectHook, QueryHook, QueryResultHook, DisconnectHook {
        private final BlockingQueue<SessionView> begun = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        private volatile boolean keeping;
        private volatile long last;

        @Override
        public ConnectDecision onConnect(SessionView session) {
            // asked again when a server turns out to be dead
            if (session.id() != last) {
                last = session.id();
                begun.add(session);
            }
            return ConnectDecision.proceed();
        }

        @Override
        public QueryDecision onQuery(SessionView session, Command command) {
            if (!keeping) {
                return QueryDecision.forward();
            }
            command.attributes();
            return QueryDecision.inject(
                    Injection.query(1, "SELECT 1").needingResult(), new Injection(2, command.packet(), true, true));
        }

        @Override
        public ResultDecision onQueryResult(
                SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
            result.ifPresent(Plugin::read);
            return injection.id() == 1 ? ResultDecision.ignore() : ResultDecision.pass();
        }

        @Override
        public void onDisconnect(SessionView session, String cause) {
            ended.add(cause);
        }

        private static void read(ResultView result) {
            try {
                result.columns();
                result.rows().forEach(row -> {});
            } catch (ProtocolViolationException e) {
                // the server's fault, and said so
            }
        }
    }

    private final Io io;
    private final Plugin plugin = new Plugin();
    private final ByteBuffer scratch = ByteBuffer.allocate(64 * 1024);
    private FakeBackend backend;
    private Rig rig;
    private int served;

    FuzzSessions(Io io) {
        this.io = io;
    }

    @Override
    public String name() {
        return "session";
    }

    @Override
    public String toString() {
        return name();
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (Capabilities hop : List.of(CLASSIC, MODERN)) {
            List<Dialogue> dialogues = Dialogue.all(hop);
            for (int i = 0; i < dialogues.size(); i += 2) {
                seeds.add(session(hop, dialogues.subList(i, Math.min(dialogues.size(), i + 2)))
                        .toBytes());
            }
            seeds.add(longLogin(hop).toBytes());
            seeds.add(file(hop).toBytes());
            seeds.add(changedUser(hop).toBytes());
            seeds.add(wantsTls(hop).toBytes());
        }
        return seeds;
    }

    private static Step server(byte[]... packets) {
        return new Step(Act.SERVER_SENDS, Packets.join(packets));
    }

    private static Step client(byte[]... packets) {
        return new Step(Act.CLIENT_SENDS, Packets.join(packets));
    }

    /** A switch of methods, then all that caching_sha2_password may say. */
    private static FuzzSteps longLogin(Capabilities hop) {
        return new FuzzSteps(
                0,
                List.of(
                        server(Packets.greeting(hop)),
                        client(Packets.login(1, hop)),
                        server(switchTo(2, "caching_sha2_password")),
                        client(Packets.packet(3, new byte[32])),
                        server(Packets.packet(4, 1, CachingSha2Exchange.PERFORM_FULL_AUTHENTICATION)),
                        client(Packets.packet(5, CachingSha2Exchange.REQUEST_PUBLIC_KEY)),
                        server(Packets.packet(6, Packets.ascii("\u0001-----BEGIN PUBLIC KEY-----"))),
                        client(Packets.packet(7, new byte[256])),
                        server(Packets.ok(8)),
                        client(Packets.ping()),
                        server(Packets.ok(1))));
    }

    private static byte[] switchTo(int sequence, String method) {
        return Packets.packet(
                sequence,
                Packets.join(Packets.bytes(0xfe), Packets.ascii(method), Packets.bytes(0), new byte[20], new byte[1]));
    }

    private static FuzzSteps file(Capabilities hop) {
        byte[] load = hop.equals(MODERN) ? Packets.modernQuery("LOAD DATA") : Packets.query("LOAD DATA");
        return loggedIn(
                hop,
                client(load),
                server(Packets.packet(1, Packets.join(Packets.bytes(0xfb), Packets.ascii("file.csv")))),
                client(Packets.packet(2, Packets.ascii("1,2\n")), Packets.packet(3)),
                server(Packets.ok(4)),
                client(Packets.ping()),
                server(Packets.ok(1)));
    }

    private static FuzzSteps changedUser(Capabilities hop) {
        byte[] command = Packets.command(
                0x11,
                Packets.ascii("other\0"),
                Packets.bytes(20),
                Packets.SCRAMBLE,
                Packets.ascii("shop\0"),
                Packets.bytes(45, 0),
                Packets.ascii("mysql_native_password\0"),
                Packets.bytes(4, 1, 'a', 1, 'b'));
        return loggedIn(
                hop,
                client(command),
                server(switchTo(1, "mysql_native_password")),
                client(Packets.packet(2, Packets.SCRAMBLE)),
                server(Packets.ok(3)),
                client(Packets.ping()),
                server(Packets.ok(1)));
    }

    private static FuzzSteps wantsTls(Capabilities hop) {
        Capabilities tls = hop.with(Capabilities.SSL);
        byte[] login = Packets.login(1, tls);
        byte[] request = Packets.packet(1, Packets.part(login, 4, 4 + 32));
        byte[] hello = Packets.bytes(22, 3, 1, 0, 5, 1, 0, 0, 1, 3);
        return new FuzzSteps(0, List.of(server(Packets.greeting(tls)), client(request), client(hello), client(login)));
    }

    private static FuzzSteps loggedIn(Capabilities hop, Step... steps) {
        List<Step> all = new ArrayList<>(
                List.of(server(Packets.greeting(hop)), client(Packets.login(1, hop)), server(Packets.ok(2))));
        all.addAll(List.of(steps));
        return new FuzzSteps(0, all);
    }

    private static FuzzSteps session(Capabilities hop, List<Dialogue> dialogues) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(Act.SERVER_SENDS, Packets.greeting(hop)));
        steps.add(new Step(Act.CLIENT_SENDS, Packets.login(1, hop)));
        steps.add(new Step(Act.SERVER_SENDS, Packets.ok(2)));
        for (Dialogue dialogue : dialogues) {
            steps.add(new Step(Act.CLIENT_SENDS, dialogue.request()));
            steps.add(new Step(Act.SERVER_SENDS, dialogue.reply()));
        }
        steps.add(new Step(Act.CLIENT_SENDS, Packets.quit()));
        return new FuzzSteps(dialogues.size(), steps);
    }

    @Override
    public byte[] spoil(byte[] input, byte[] other, Mutator mutator) {
        UnaryOperator<FuzzSteps> once = steps -> steps.spoilt(FuzzSteps.of(other), mutator);
        FuzzSteps spoilt = once.apply(FuzzSteps.of(input));
        return (mutator.below(2) == 0 ? once.apply(spoilt) : spoilt).toBytes();
    }

    @Override
    public String run(byte[] input) throws Exception {
        FuzzSteps script = FuzzSteps.of(input);
        renew();
        rig.fromClient.of(READS[script.settings() & 3]);
        rig.fromBackend.of(READS[script.settings() >> 4 & 3]);
        plugin.keeping = (script.settings() & KEEPS_RESULTS) != 0;
        // a session before this one may have made the backend look dead
        rig.backends.setState(1, BackendView.State.UP);
        try (FakeClient client = FakeClient.connect(rig.listening.localAddress())) {
            Session session = (Session) plugin.begun.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            EventLoop loop = session.client().eventLoop();
            await(loop, () -> session.link() != null || session.closed());
            if (session.link() == null) {
                String cause = plugin.ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                throw new AssertionError("no connection to the server, " + cause);
            }
            session.link().channel().config().setRecvByteBufAllocator(rig.fromBackend);
            try (Peer server = backend.accept()) {
                client.channel().configureBlocking(false);
                server.channel().configureBlocking(false);
                return play(script, session, client, server);
            }
        }
    }

    private void renew() throws StartException {
        if (rig != null && ++served < SESSIONS_EACH) {
            return;
        }
        close();
        served = 0;
        backend = new FakeBackend();
        rig = new Rig(
                io,
                backend,
                new Rig.Settings().hook(plugin).limits(100, Duration.ofSeconds(PATIENCE_SECONDS), 1 << 20));
    }

    private String play(FuzzSteps script, Session session, FakeClient client, Peer server) throws Exception {
        EventLoop loop = session.client().eventLoop();
        StringBuilder seen = new StringBuilder();
        for (Step step : script.steps()) {
            Peer peer = step.act() == Act.CLIENT_SENDS || step.act() == Act.CLIENT_ENDS ? client : server;
            if (peer.closed()) {
                continue;
            }
            if (step.bytes().length > 0) {
                send(peer, step.bytes());
            } else if (step.act() == Act.CLIENT_ENDS || step.act() == Act.SERVER_ENDS) {
                peer.close();
            }
            settle(loop);
            receive(server, null);
            receive(client, seen);
        }
        client.close();
        server.close();
        await(loop, session::closed);
        String cause = plugin.ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (OWN_FAULTS.contains(cause)) {
            throw new AssertionError("ended with " + cause);
        }
        await(loop, () -> rig.sessions.count() == 0 && rig.connectedClients() == 0);
        return cause + seen;
    }

    /** Sends what the other side still takes. */
    private static void send(Peer peer, byte[] bytes) {
        try {
            peer.channel().write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            peer.close();
        }
    }

    /** Reads what has come; notes how each portion begins. */
    private void receive(Peer peer, StringBuilder seen) {
        if (peer.closed()) {
            return;
        }
        try {
            int portions = 0;
            for (int read = 1; read > 0 && portions < 1_000; portions++) {
                read = peer.channel().read(scratch.clear());
                if (read < 0) {
                    peer.close();
                } else if (read > 4 && seen != null && portions == 0 && seen.length() < 24) {
                    seen.append(' ').append(scratch.get(4) & 0xff);
                }
            }
        } catch (IOException e) {
            peer.close();
        }
    }

    /** Everything that was sent before has been read and acted upon. */
    private void settle(EventLoop loop) throws Exception {
        int before = -1;
        for (int reads = reads(); reads != before; reads = reads()) {
            before = reads;
            // two rounds: the first may have begun before the bytes came
            loop.submit(() -> {}).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            loop.submit(() -> {}).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private int reads() {
        return rig.fromClient.reads() + rig.fromBackend.reads();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(EventLoop loop, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("something is left of a session whose peers are gone");
            }
            loop.submit(() -> {}).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        if (rig == null) {
            return;
        }
        try {
            rig.settle();
            backend.close();
        } finally {
            rig.close();
            rig = null;
        }
    }
}
