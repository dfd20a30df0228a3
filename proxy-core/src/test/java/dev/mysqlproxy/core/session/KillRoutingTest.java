package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.AUTOCOMMIT;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.NONCE;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.encoded;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.modernQuery;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.ping;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.PoolingTest.Account.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.protocol.message.Greeting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is killed by which number, on which server. */
class KillRoutingTest extends PoolingTest {

    private static final int ER_UNKNOWN_ERROR = 1105;
    private static final int ER_QUERY_INTERRUPTED = 1317;

    private Rig rig;

    private Rig proxy() {
        rig = pooling();
        return rig;
    }

    /** A session of this account on this backend, whose server greeted it with this thread id. */
    private Talk logIn(Account account, int backendIndex, int threadId) {
        hands.onConnect = session -> ConnectDecision.use(backendIndex);
        FakeClient client = rig.connect();
        Peer server = (backendIndex == 1 ? backend : second).accept();
        Greeting greeting =
                new Greeting("9.7.1", threadId, NONCE, account.capabilities(), 45, AUTOCOMMIT, "mysql_native_password");
        server.send(packet(0, encoded(greeting::encode)));
        client.packet();
        client.send(account.login());
        server.expect(account.login()).send(ok(2));
        client.expect(ok(2));
        Session session = rig.newest();
        eventually().until(() -> session.stateWord().equals("idle"));
        return new Talk(client, server, session);
    }

    private Talk logIn(int backendIndex, int threadId) {
        return logIn(APP, backendIndex, threadId);
    }

    /** The client sends this, the server receives that, and says OK. */
    private static void sent(Talk by, byte[] command, byte[] received) {
        by.client().send(command);
        by.server().expect(received).send(ok(1));
        by.client().expect(ok(1));
        by.ping();
    }

    private static void sameSent(Talk by, byte[] command) {
        sent(by, command, command);
    }

    @Test
    void numbersThatAreTrueAreForwarded() {
        proxy();
        logIn(1, 7);
        Talk killer = logIn(1, 8);
        sameSent(killer, query("KILL QUERY 7"));
        sameSent(killer, query("KILL 8"));
        sameSent(killer, query("KILL 1234"));
        sameSent(killer, command(0x0c, bytes(7, 0, 0, 0)));
        sameSent(killer, command(0x0c, bytes(7)));
        sameSent(killer, query("KILL USER app"));
        sameSent(killer, query("KILL 7 -- " + "x".repeat(2000)));
    }

    @Test
    void theNumberOfTheGreetingIsReplacedByTheTrueOne() {
        proxy();
        Talk target = logIn(1, 7);
        Talk killer = logIn(1, 8);
        ask(target, "park");
        target.server().close();
        eventually().until(() -> idle(1).isEmpty());
        Talk idle = logIn(1, 300);
        ask(idle, "park");
        assertThat(ask(target, "take 1")).isOne();
        sent(killer, query("KILL /* it */ QUERY 7;"), query("KILL /* it */ QUERY 300;"));
        sent(killer, command(0x0c, bytes(7, 0, 0, 0)), command(0x0c, bytes(0x2c, 1, 0, 0)));
        // the client that was greeted with that number is gone
        idle.client().close();
        rig.causeOf(idle.session().id());
        sameSent(killer, query("KILL 300"));
    }

    @Test
    void withQueryAttributes() {
        proxy();
        Account modern = APP.speaking(MODERN);
        Talk target = logIn(modern, 1, 7);
        Talk killer = logIn(modern, 1, 8);
        ask(target.client(), MODERN, "park");
        target.server().close();
        eventually().until(() -> idle(1).isEmpty());
        Talk idle = logIn(modern, 1, 300);
        ask(idle.client(), MODERN, "park");
        assertThat(ask(target.client(), MODERN, "take 1")).isOne();
        killer.client().send(modernQuery("KILL 7"));
        killer.server().expect(modernQuery("KILL 300")).send(ok(1));
        killer.client().expect(ok(1));
        // one attribute: not NULL, types follow, VAR_STRING "n" = "v"
        byte[] attribute = bytes(1, 1, 0, 1, 0xfd, 0, 1, 'n', 1, 'v');
        byte[] kill = join(attribute, Packets.ascii("KILL QUERY 7"));
        killer.client().send(command(3, kill));
        killer.server()
                .expect(command(3, join(attribute, Packets.ascii("KILL QUERY 300"))))
                .send(ok(1));
        killer.client().expect(ok(1));
    }

    @Test
    void errorsOfTheServerComeThrough() {
        proxy();
        logIn(1, 7);
        Talk killer = logIn(1, 8);
        killer.ask(query("KILL 7")).answer(err(1, 1095, "You are not owner of thread 7"));
        killer.ping();
    }

    @Test
    void aQueryOnAnotherBackendIsKilledThroughAnIdleConnection() {
        proxy();
        Talk target = logIn(1, 7);
        Talk killer = logIn(2, 7000);
        Talk idle = logIn(1, 9);
        ask(idle, "park");
        killer.client().send(query("KILL QUERY 7"), ping());
        idle.server().expect(query("KILL QUERY 7")).send(ok(1));
        killer.client().expect(ok(1));
        killer.server().expect(ping()).send(ok(1));
        killer.client().expect(ok(1));
        killer.client().send(query("KILL QUERY 7"));
        idle.server().expect(query("KILL QUERY 7")).send(err(1, 1094, "Unknown thread id: 7"));
        killer.client().expectError(1, 1094);
        // nothing has happened to the connection, which its session gets back
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        assertThat(ask(idle, "take 1")).isOne();
        idle.ping();
        target.ping();
    }

    @Test
    void theIdleConnectionBreaks() {
        proxy();
        logIn(1, 7);
        Talk killer = logIn(2, 8);
        Talk idle = logIn(1, 9);
        ask(idle, "park");
        killer.client().send(query("KILL QUERY 7"));
        idle.server().expect(query("KILL QUERY 7")).send(packet(1, 0x42));
        assertThat(killer.client().expectError(1, ER_UNKNOWN_ERROR)).contains(backend.address());
        idle.server().expectEnd();
        Talk other = logIn(1, 10);
        ask(other, "park");
        killer.client().send(query("KILL QUERY 7"));
        other.server().expect(query("KILL QUERY 7")).close();
        killer.client().expectError(1, ER_UNKNOWN_ERROR);
        assertThat(idle(1)).isEmpty();
        killer.ping();
    }

    @Test
    void aSessionOnAnotherBackendIsEndedByTheProxyItself() {
        proxy();
        Talk target = logIn(1, 7);
        Talk killer = logIn(2, 8);
        killer.client().send(query("KILL QUERY 7"));
        assertThat(killer.client().expectError(1, ER_UNKNOWN_ERROR)).contains("connection 7", backend.address());
        killer.client().send(query("KILL 7")).expect(ok(1));
        target.client().expectError(0, ER_QUERY_INTERRUPTED);
        target.client().expectEnd();
        assertThat(rig.causeOf(target.session().id())).isEqualTo("killed");
        // and now it is nobody's
        sameSent(killer, query("KILL 7"));
    }

    @Test
    void aSessionWithoutAServer() {
        proxy();
        Talk target = logIn(1, 7);
        Talk killer = logIn(1, 8);
        ask(target, "park");
        killer.client().send(query("KILL QUERY 7")).expect(ok(1));
        killer.client().send(query("KILL CONNECTION 7")).expect(ok(1));
        target.client().expectError(0, ER_QUERY_INTERRUPTED);
        killer.ping();
    }

    @Test
    void anotherUsersAreTheServersBusiness() {
        proxy();
        logIn(1, 7);
        Talk killer = logIn(APP.user("root"), 2, 8);
        sameSent(killer, query("KILL 7"));
        sameSent(killer, query("KILL QUERY 7"));
    }

    @Test
    void ownUsersComeBeforeOthers() {
        proxy();
        logIn(APP.user("root"), 1, 7);
        Talk target = logIn(2, 7);
        Talk killer = logIn(1, 8);
        killer.client().send(query("KILL 7")).expect(ok(1));
        target.client().expectError(0, ER_QUERY_INTERRUPTED);
    }

    @Test
    void theSameBackendComesBeforeAnother() {
        proxy();
        logIn(1, 7);
        logIn(2, 7);
        Talk killer = logIn(1, 8);
        sameSent(killer, query("KILL 7"));
    }

    @Test
    void byteByByte() {
        proxy();
        rig.fromClient.of(1);
        Talk target = logIn(1, 7);
        Talk killer = logIn(2, 8);
        killer.client().send(query("/* a comment */ KILL 7")).expect(ok(1));
        target.client().expectError(0, ER_QUERY_INTERRUPTED);
        sameSent(killer, query("  SELECT 7"));
    }

    @Test
    void nothingElseIsLookedAt() {
        assertThat(concerned(query("SELECT 1"), false)).isFalse();
        assertThat(concerned(modernQuery("SELECT 1"), true)).isFalse();
        assertThat(concerned(query("BEGIN"), false)).isFalse();
        assertThat(concerned(ping(), false)).isFalse();
        assertThat(concerned(query("KILL " + "x".repeat(2000)), false)).isFalse();
        assertThat(concerned(query("KILL 1"), false)).isTrue();
        assertThat(concerned(modernQuery("KILL 1"), true)).isTrue();
        assertThat(concerned(query("/* c */ KILL 1"), false)).isTrue();
        assertThat(concerned(command(3), false)).isFalse();
        assertThat(concerned(command(3, bytes(1, 1, 0, 1, 0xfd, 0, 0, 1, 'v', 'D', 'O', ' ', 'a')), true))
                .isFalse();
        assertThat(concerned(command(3, bytes(1, 1, 0, 1, 0xfd, 0, 0, 1, 'v', 'D', 'O', ' ', '1')), true))
                .isTrue();
    }

    private static boolean concerned(byte[] packet, boolean queryAttributes) {
        ByteBuf input = Unpooled.wrappedBuffer(packet);
        return KillRouting.concerns(packet[4], input, queryAttributes);
    }
}
