package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.AUTOCOMMIT;
import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.NONCE;
import static dev.mysqlproxy.core.session.Packets.SCRAMBLE;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.encoded;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection phase is relayed, whatever the method, and only what we understand is offered. */
class LoginTest extends ProxyTest {

    private static final Capabilities ALL = new Capabilities(0xffff_ffffL);

    private static Greeting greetingAt(Peer client) {
        return Greeting.decode(Unpooled.wrappedBuffer(payload(client.packet())));
    }

    private static HandshakeResponse loginAt(Peer server) {
        return HandshakeResponse.decode(Unpooled.wrappedBuffer(payload(server.packet())));
    }

    private static byte[] switchTo(int sequence, String plugin) {
        return packet(sequence, join(bytes(0xfe), ascii(plugin), bytes(0), NONCE, bytes(0)));
    }

    // --- capabilities -----------------------------------------------------------------------------------------------

    @Test
    void greetingsAreMasked() {
        Talk talk = rig().meet();
        talk.server().send(Packets.greeting(ALL));
        Greeting greeting = greetingAt(talk.client());
        assertThat(greeting.capabilities().bits())
                .isEqualTo(ALL.and(Capabilities.RELAYED).bits());
        assertThat(greeting.capabilities().has(Capabilities.SSL)).isFalse();
        assertThat(greeting.serverVersion()).isEqualTo("9.7.1");
        assertThat(greeting.threadId()).isEqualTo(42);
        assertThat(greeting.authData()).isEqualTo(NONCE);
        assertThat(greeting.authPlugin()).isEqualTo("mysql_native_password");
    }

    @Test
    void extendedFlagsOfMariaDbAreMasked() {
        Capabilities offered = CLASSIC.without(new Capabilities(Capabilities.LONG_PASSWORD))
                .with(0xff_0000_0000L | Capabilities.COMPRESS);
        Talk talk = rig().meet();
        talk.server().send(Packets.greeting(offered));
        assertThat(greetingAt(talk.client()).capabilities().bits())
                .isEqualTo(offered.and(Capabilities.RELAYED).bits());
    }

    @Test
    void whatWasNotOfferedDoesNotReachTheServer() {
        Talk talk = rig().meet();
        talk.server().send(Packets.greeting(CLASSIC));
        talk.client().packet();
        talk.client().logIn(MODERN.with(Capabilities.OPTIONAL_RESULTSET_METADATA | Capabilities.COMPRESS));
        HandshakeResponse login = loginAt(talk.server());
        assertThat(login.capabilities().and(Capabilities.FRAMING).bits()).isZero();
        assertThat(login.capabilities().bits()).isEqualTo(CLASSIC.bits());
        assertThat(login.user()).isEqualTo("app");
        assertThat(login.database()).contains("shop");
        assertThat(login.attributes()).isEqualTo(Map.of("program_name", "fake"));
        assertThat(login.authResponse()).isEqualTo(SCRAMBLE);
        talk.answer(ok(2));
        // and both sides go on with what both have said
        talk.ask(Packets.query("SELECT 1"))
                .answer(Packets.resultSet(CLASSIC, "1"))
                .ping();
    }

    @Test
    void aLoginIsPassedOnByteByByteWhenItHasNothingToHide() {
        Talk talk = rig().meet();
        talk.server().send(Packets.greeting(MODERN));
        talk.client().packet();
        talk.client().logIn(MODERN);
        talk.server().expect(Packets.login(1, MODERN));
    }

    // --- methods ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {64 * 1024, 1, 2, 5})
    void roundsOfAnyMethod(int chunk) {
        Rig rig = rig();
        rig.fromClient.of(chunk);
        rig.fromBackend.of(chunk);
        Talk talk = rig.meet();
        talk.server().send(Packets.greeting(MODERN));
        talk.client().packet();
        talk.client().logIn(MODERN);
        talk.server().expect(Packets.login(1, MODERN));
        talk.answer(switchTo(2, "caching_sha2_password"));
        talk.ask(packet(3, SCRAMBLE)).answer(packet(4, 1, 4));
        talk.ask(packet(5, 2)).answer(packet(6, join(bytes(1), ascii("-----BEGIN PUBLIC KEY-----"))));
        talk.ask(packet(7, new byte[256])).answer(ok(8)).ping();
        assertThat(talk.session().authPlugin()).contains("caching_sha2_password");
    }

    @Test
    void theServerMaySpeakTwiceInARow() {
        Talk talk = rig().meet();
        talk.server().send(Packets.greeting(MODERN));
        talk.client().packet();
        talk.client().logIn(MODERN);
        talk.server().packet();
        talk.answer(join(packet(2, 1, 3), ok(3))).ping();
    }

    @Test
    void theClientMaySpeakTwiceInARow() {
        Talk talk = rig().meet();
        talk.server().send(Packets.greeting(MODERN));
        talk.client().packet();
        talk.client().logIn(MODERN);
        talk.server().packet();
        talk.answer(switchTo(2, "dialog"));
        talk.ask(join(packet(3, ascii("one")), packet(4, ascii("two"))));
        talk.answer(ok(5)).ping();
    }

    @Test
    void emptyAnswersArePassedOn() {
        Talk talk = rig().meet();
        talk.server().send(Packets.greeting(MODERN));
        talk.client().packet();
        talk.client().logIn(MODERN);
        talk.server().packet();
        talk.answer(switchTo(2, "mysql_native_password"))
                .ask(packet(3))
                .answer(ok(4))
                .ping();
    }

    @Test
    void theSwitchFromBefore41() {
        Talk talk = rig().meet();
        talk.server().send(Packets.greeting(CLASSIC));
        talk.client().packet();
        talk.client().logIn(CLASSIC);
        talk.server().packet();
        talk.answer(packet(2, 0xfe))
                .ask(packet(3, ascii("scramble")))
                .answer(ok(4))
                .ping();
    }

    @Test
    void aWrongPassword() {
        Rig rig = rig();
        Talk talk = rig.meet();
        talk.server().send(Packets.greeting(MODERN));
        talk.client().packet();
        talk.client().logIn(MODERN);
        talk.server().packet();
        talk.answer(err(2, 1045, "Access denied for user 'app'@'localhost' (using password: YES)"));
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("login-refused");
    }

    @Test
    void whoIsKnownWhenTheLoginIsOver() {
        Rig rig = rig();
        Talk talk = rig.logIn(MODERN);
        Session session = talk.session();
        assertThat(session.user()).contains("app");
        assertThat(session.schema()).contains("shop");
        assertThat(session.connectionAttributes()).isEqualTo(Map.of("program_name", "fake"));
        assertThat(session.authPlugin()).contains("mysql_native_password");
        assertThat(session.serverVersion()).isEqualTo("9.7.1");
        assertThat(session.threadId()).isEqualTo(42);
        assertThat(session.backend()).contains(backend.address());
        assertThat(session.serverStatus()).isEqualTo(AUTOCOMMIT);
        assertThat(session.listener()).isEqualTo("proxy");
        assertThat(session.clientAddress()).startsWith("127.0.0.1:");
        assertThat(session.localAddress()).isEqualTo("127.0.0.1:" + rig.port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.5.5-10.11.8-MariaDB-1:10.11.8+maria~ubu2204", "11.8.2-MariaDB", "x", "8.4.0-commercial"})
    void versionsOfAnyShape(String version) {
        Talk talk = rig().meet();
        Greeting greeting = new Greeting(version, 0xffff_ffffL, NONCE, CLASSIC, 8, AUTOCOMMIT, "");
        byte[] packet = packet(0, encoded(greeting::encode));
        talk.answer(packet);
        assertThat(talk.session().serverVersion()).isEqualTo(version);
        assertThat(talk.session().threadId()).isEqualTo(0xffff_ffffL);
        assertThat(talk.session().authPlugin()).isEqualTo(Optional.empty());
    }

    @Test
    void aGreetingCutAnywhere() {
        Rig rig = rig();
        byte[] greeting = Packets.greeting(MODERN);
        for (int at = 1; at < greeting.length; at += 5) {
            rig.fromBackend.first(at);
            Talk talk = rig.meet().answer(greeting);
            talk.client().close();
        }
    }

    @Test
    void aFirstCommandThatComesWithTheLastAnswer() {
        Talk talk = rig().meet();
        talk.server().send(Packets.greeting(CLASSIC));
        talk.client().packet();
        byte[] ping = Packets.ping();
        // half a command, before the login is over
        talk.client().send(Packets.login(1, CLASSIC), part(ping, 0, 2));
        talk.server().packet();
        talk.answer(ok(2));
        talk.client().send(part(ping, 2, ping.length));
        talk.server().expect(ping);
        talk.answer(ok(1)).ping();
    }
}
