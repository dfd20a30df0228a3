package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.SCRAMBLE;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.encoded;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;

/** Tests of pooled server connections: two backends, and a plugin that does with connections what a client tells it. */
abstract class PoolingTest extends ProxyTest {

    static final byte[] RESET = command(0x1f);
    static final byte[] SET_NAMES = query("SET NAMES utf8mb4 COLLATE utf8mb4_general_ci");
    static final int UTF8 = 45;
    static final int LATIN1 = 8;

    final FakeBackend second = new FakeBackend();
    final Hands hands = new Hands();
    private Rig made;

    /** Obeys the client's statements {@code park}, {@code take N}, {@code idle N} and the like. */
    static final class Hands implements ConnectHook, AuthResultHook, QueryHook, QueryResultHook, DisconnectHook {
        static final String BIG = "x".repeat(8 << 20);

        volatile Function<SessionView, ConnectDecision> onConnect = session -> ConnectDecision.use(1);
        volatile BiFunction<SessionView, byte[], LoginDecision> onAuthResult =
                (session, packet) -> LoginDecision.proceed();
        volatile Consumer<SessionView> onDisconnect = session -> {};
        volatile Consumer<SessionView> onResult = session -> {};

        @Override
        public ConnectDecision onConnect(SessionView session) {
            return onConnect.apply(session);
        }

        @Override
        public LoginDecision onAuthResult(SessionView session, byte[] packet) {
            return onAuthResult.apply(session, packet);
        }

        @Override
        public Set<CommandType> commandTypes() {
            return EnumSet.of(CommandType.COM_QUERY);
        }

        @Override
        public QueryDecision onQuery(SessionView session, Command command) {
            String[] words = command.text().split(" ", 2);
            return switch (words[0]) {
                case "park" -> number(session.park() ? 1 : 0);
                case "take" -> number(session.take(Integer.parseInt(words[1])) ? 1 : 0);
                case "idle" -> number(session.idle(Integer.parseInt(words[1])));
                case "fresh" -> number(session.server().orElseThrow().fresh() ? 1 : 0);
                case "inject" -> QueryDecision.inject(new Injection(1, Packets.ascii("\3" + words[1]), true, false));
                case "big" ->
                    QueryDecision.answer(
                            new Reply.ResultSet(List.of(new Reply.Column("c", 0xfd)), List.of(List.of(BIG))));
                case "last" -> {
                    session.closeAfterAnswer(true);
                    yield words.length > 1 ? QueryDecision.forward() : number(7);
                }
                default -> QueryDecision.forward();
            };
        }

        private static QueryDecision number(int value) {
            return QueryDecision.answer(new Reply.Ok(value, 0, 0, ""));
        }

        @Override
        public ResultDecision onQueryResult(
                SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
            onResult.accept(session);
            return ResultDecision.pass();
        }

        @Override
        public void onDisconnect(SessionView session, String cause) {
            onDisconnect.accept(session);
        }
    }

    /** A proxy before {@link #backend} and {@link #second}. */
    final Rig pooling(Consumer<Rig.Settings> changes) {
        made = rig(settings -> {
            settings.backend(backend.address()).backend(second.address()).hook(hands);
            changes.accept(settings);
        });
        return made;
    }

    final Rig pooling() {
        return pooling(settings -> {});
    }

    @AfterEach
    void poolsAreEmptied() {
        if (made != null) {
            // from here on nothing is parked any more
            made.backends.setMode(1, BackendView.Mode.OFFLINE);
            made.backends.setMode(2, BackendView.Mode.OFFLINE);
            assertThat(idle(1)).isEmpty();
            assertThat(idle(2)).isEmpty();
        }
        second.close();
    }

    final Map<String, Integer> idle(int backendIndex) {
        return made.backends.pool(backendIndex).orElseThrow().idle();
    }

    final void changeUser(boolean allowed) {
        made.backends.limits(new Pool.Limits(1000, Duration.ofMinutes(5), Duration.ofHours(1), allowed));
    }

    // --- logins -----------------------------------------------------------------------------------------------------

    /** Somebody who logs in. */
    record Account(String user, String schema, int characterSet, Capabilities capabilities) {
        static final Account APP = new Account("app", "shop", UTF8, CLASSIC);

        Account user(String other) {
            return new Account(other, schema, characterSet, capabilities);
        }

        Account schema(String other) {
            return new Account(user, other, characterSet, capabilities);
        }

        Account characterSet(int other) {
            return new Account(user, schema, other, capabilities);
        }

        Account speaking(Capabilities other) {
            return new Account(user, schema, characterSet, other);
        }

        byte[] login() {
            return login(SCRAMBLE, "mysql_native_password");
        }

        byte[] login(byte[] answer, String plugin) {
            HandshakeResponse response = new HandshakeResponse(
                    capabilities,
                    1 << 24,
                    characterSet,
                    user,
                    answer,
                    Optional.of(schema),
                    plugin,
                    Map.of("program_name", "fake"));
            return packet(1, encoded(response::encode));
        }
    }

    /** A session of this account on a connection of its own to this backend. */
    final Talk logIn(Account account, int backendIndex) {
        hands.onConnect = session -> ConnectDecision.use(backendIndex);
        FakeClient client = made.connect();
        Peer server = (backendIndex == 1 ? backend : second).accept();
        server.send(Packets.greeting(account.capabilities()));
        client.packet();
        client.send(account.login());
        server.expect(account.login()).send(ok(2));
        client.expect(ok(2));
        Session session = made.newest();
        eventually().until(() -> session.stateWord().equals("idle"));
        return new Talk(client, server, session);
    }

    final Talk logIn(int backendIndex) {
        return logIn(Account.APP, backendIndex);
    }

    /** A connection of this account lies idle at the first backend; its session is over. */
    final Peer idleConnection(Account account) {
        Talk talk = logIn(account, 1);
        assertThat(ask(talk.client(), account.capabilities(), "park")).isOne();
        talk.client().close();
        made.causeOf(talk.session().id());
        return talk.server();
    }

    final Peer idleConnection() {
        return idleConnection(Account.APP);
    }

    // --- statements for the plugin ----------------------------------------------------------------------------------

    /** What the plugin says to a statement. */
    static int ask(Peer client, Capabilities hop, String sql) {
        boolean attributes = hop.has(Capabilities.QUERY_ATTRIBUTES);
        byte[] answer =
                client.send(attributes ? Packets.modernQuery(sql) : query(sql)).packet();
        assertThat(answer[3]).as("sequence id").isEqualTo((byte) 1);
        assertThat(answer[4]).as("an OK to %s", sql).isZero();
        return answer[5];
    }

    static int ask(Talk talk, String sql) {
        return ask(talk.client(), CLASSIC, sql);
    }

    /** The server is reset and then gets this command, which it answers. */
    static void resetAndPing(Peer client, Peer server, byte[] names) {
        client.send(Packets.ping());
        server.expect(RESET).send(ok(1));
        server.expect(names).send(ok(1));
        server.expect(Packets.ping()).send(ok(1));
        client.expect(ok(1));
    }
}
