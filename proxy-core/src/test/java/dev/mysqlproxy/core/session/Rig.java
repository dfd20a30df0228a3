package dev.mysqlproxy.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Accounts;
import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.api.listener.ClientHop;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.listener.Listener.BackendChooser;
import dev.mysqlproxy.api.listener.Listener.Timeouts;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.Registered;
import dev.mysqlproxy.core.net.CoarseClock;
import dev.mysqlproxy.core.net.Resolver;
import dev.mysqlproxy.core.net.Transport;
import dev.mysqlproxy.core.tls.TlsStore;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy under test: an event loop, one listener on a free port, everything else as it is in the real one. */
final class Rig implements AutoCloseable {

    static final String PASSWORD = "secret";

    /** What a test wants to be different. */
    static final class Settings {
        private final List<Registered<Hook>> hooks = new ArrayList<>();
        private final List<String> backends = new ArrayList<>();
        private String address = "127.0.0.1:0";
        private BackendChooser chooser =
                (session, candidates) -> candidates.stream().findFirst();
        private Timeouts timeouts = new Timeouts(Duration.ofSeconds(5), Duration.ZERO, Duration.ZERO);
        private Limits limits = new Limits(1000, Duration.ofSeconds(20), 1 << 20);
        private CommandHandler handler;
        private ClientHop hop = ClientHop.PLAIN;
        private BackendHop backendHop = BackendHop.PLAIN;
        private Authentication authentication = Authentication.RELAY;
        private int loops = 1;

        /** Event loops; sessions go to them in turn. */
        Settings loops(int number) {
            loops = number;
            return this;
        }

        Settings hook(Hook hook) {
            hooks.add(new Registered<>("plugin" + (hooks.size() + 1), false, hook));
            return this;
        }

        Settings closedHook(Hook hook) {
            hooks.add(new Registered<>("plugin" + (hooks.size() + 1), true, hook));
            return this;
        }

        Settings backend(String text) {
            backends.add(text);
            return this;
        }

        Settings address(String text) {
            address = text;
            return this;
        }

        Settings chooser(BackendChooser wanted) {
            chooser = wanted;
            return this;
        }

        /** How clients are spoken with. */
        Settings hop(ClientTls.Mode tls, Compression.Method... compression) {
            hop = new ClientHop(TestTls.clients(tls), Compression.of(compression), List.of(), -1);
            return this;
        }

        /** Whose connections begin with a PROXY header; after {@link #hop}. */
        Settings headersFrom(String... networks) {
            hop = new ClientHop(hop.tls(), hop.compression(), List.of(networks), -1);
            return this;
        }

        /** How servers are spoken with. */
        Settings backendHop(BackendHop wanted) {
            backendHop = wanted;
            return this;
        }

        Settings authentication(Authentication wanted) {
            authentication = wanted;
            return this;
        }

        Settings timeouts(Duration connect, Duration read, Duration write) {
            timeouts = new Timeouts(connect, read, write);
            return this;
        }

        Settings limits(int maxConnections, Duration handshake, int maxHookPacket) {
            limits = new Limits(maxConnections, handshake, maxHookPacket);
            return this;
        }

        /** Answers by itself; {@code root} logs in with {@link Rig#PASSWORD}. */
        Settings local(CommandHandler answers) {
            handler = answers;
            return this;
        }

        private Listener listener() {
            if (handler == null) {
                return new Listener.Forwarding(
                        "proxy", address, "listening on %s", chooser, timeouts, hop, authentication, "");
            }
            Accounts accounts = user -> user.equals("root") ? Optional.of(Packets.ascii(PASSWORD)) : Optional.empty();
            return new Listener.Local("admin", address, "listening on %s", "9.9.9-admin", accounts, handler, hop);
        }
    }

    /** Counts what the session tells at its end, and lets tests set how its channels read. */
    private final class Watcher implements ConnectHook, DisconnectHook {
        @Override
        public ConnectDecision onConnect(SessionView session) {
            Session real = (Session) session;
            real.client().config().setRecvByteBufAllocator(fromClient);
            begun.add(real.id());
            return ConnectDecision.proceed();
        }

        @Override
        public void onDisconnect(SessionView session, String cause) {
            ended.computeIfAbsent(session.id(), id -> new CopyOnWriteArrayList<>())
                    .add(cause);
        }
    }

    /** How clients' bytes are cut. */
    final Chunking fromClient = new Chunking();
    /** How servers' bytes are cut. */
    final Chunking fromBackend = new Chunking();

    final Transport transport;
    private final TlsStore tls = new TlsStore(TestTls.FOLDER);
    final BackendRegistry backends = new BackendRegistry(tls);
    final SessionRegistry sessions = new SessionRegistry();
    final SessionServices services;
    final Listening listening;

    private final Resolver resolver = new Resolver();
    private final CoarseClock clock;
    private final FakeBackend backend;
    private final List<FakeClient> clients = new CopyOnWriteArrayList<>();
    private final List<Long> begun = new CopyOnWriteArrayList<>();
    private final Map<Long, List<String>> ended = new ConcurrentHashMap<>();

    /** A proxy before this backend, unless the settings name others. */
    Rig(Io io, FakeBackend backend, Settings settings) throws StartException {
        this.backend = backend;
        transport = new Transport(settings.loops, io == Io.EPOLL);
        assertThat(transport.name()).isEqualTo(io == Io.EPOLL ? "epoll" : "nio");
        clock = new CoarseClock(transport.loops());
        List<String> addresses = settings.backends.isEmpty() ? List.of(backend.address()) : settings.backends;
        addresses.forEach(text -> backends.add(text, BackendView.Type.RW, settings.backendHop));
        backends.onOffline(sessions::closeBackend);
        List<Registered<Hook>> hooks = new ArrayList<>();
        hooks.add(new Registered<>("watcher", true, new Watcher()));
        hooks.addAll(settings.hooks);
        services = new SessionServices(
                new HookChain(hooks),
                new Entrances(tls),
                backends,
                sessions,
                settings.limits,
                transport,
                resolver,
                clock);
        listening = Listening.open(settings.listener(), services);
    }

    private SocketAddress address() {
        return listening
                .socketFile()
                .<SocketAddress>map(UnixDomainSocketAddress::of)
                .orElseGet(listening::localAddress);
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** A client that has connected. */
    FakeClient connect() {
        return connect(0);
    }

    FakeClient connect(int receiveBuffer) {
        FakeClient client = FakeClient.connect(address(), receiveBuffer);
        clients.add(client);
        return client;
    }

    /** A connected client, its server, and the session between them; the greeting is still to come. */
    Talk meet() {
        FakeClient client = connect();
        Peer server = backend.accept();
        Session session = newest();
        await("link").until(() -> session.link() != null);
        session.link().channel().config().setRecvByteBufAllocator(fromBackend);
        return new Talk(client, server, session);
    }

    /** As {@link #meet}, and logged in with these capabilities on both sides. */
    Talk logIn(Capabilities capabilities) {
        return logIn(capabilities, capabilities);
    }

    Talk logIn(Capabilities offered, Capabilities wanted) {
        Talk talk = meet();
        talk.server().send(Packets.greeting(offered));
        talk.client().packet();
        talk.client().logIn(wanted);
        talk.server().packet();
        talk.server().send(Packets.ok(2));
        talk.client().expect(Packets.ok(2));
        return talk;
    }

    /** The session that was begun last. */
    Session newest() {
        await("session").until(() -> !begun.isEmpty());
        return sessions.find(begun.get(begun.size() - 1)).orElseThrow();
    }

    /** Whether the session with this number is over; then why. */
    String causeOf(long sessionId) {
        await("end of session")
                .until(() -> !ended.getOrDefault(sessionId, List.of()).isEmpty());
        return ended.get(sessionId).get(0);
    }

    int connectedClients() {
        return backends.snapshot().stream()
                .mapToInt(BackendView::connectedClients)
                .sum();
    }

    /** Whatever the test did: nothing is left when its clients are gone. */
    void settle() {
        listening.close();
        clients.forEach(Peer::close);
        await("sessions left").until(() -> sessions.count() == 0);
        await("clients counted").until(() -> connectedClients() == 0);
        await("disconnect hooks").until(() -> ended.keySet().containsAll(begun));
        assertThat(ended.values()).as("one end a session").allMatch(causes -> causes.size() == 1);
    }

    @Override
    public void close() {
        clock.close();
        transport.close();
        resolver.close();
        tls.close();
    }
}
