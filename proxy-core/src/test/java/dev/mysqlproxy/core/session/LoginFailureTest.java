package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.protocol.wire.Capabilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers and clients that do not get through the connection phase. */
class LoginFailureTest extends ProxyTest {

    private static final byte[] SWITCH = packet(2, join(bytes(0xfe), ascii("dialog"), bytes(0), Packets.NONCE));

    private static void ended(Rig rig, Talk talk, String cause) {
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo(cause);
        if (!talk.server().closed()) {
            talk.server().drain();
        }
    }

    /** Up to the client's turn to log in. */
    private static Talk greeted(Rig rig) {
        Talk talk = rig.meet();
        talk.server().send(Packets.greeting(MODERN));
        talk.client().packet();
        return talk;
    }

    /** Up to the server's turn to answer the login. */
    private static Talk asked(Rig rig) {
        Talk talk = greeted(rig);
        talk.client().logIn(MODERN);
        talk.server().packet();
        return talk;
    }

    // --- servers ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {64 * 1024, 1})
    void anErrorInPlaceOfTheGreeting(int chunk) {
        Rig rig = rig();
        rig.fromBackend.of(chunk);
        Talk talk = rig.meet();
        byte[] blocked = packet(0, join(bytes(0xff, 0x69, 0x04), ascii("Host '10.0.0.1' is blocked")));
        talk.answer(blocked);
        ended(rig, talk, "backend-refused");
    }

    @Test
    void anotherProtocol() {
        Rig rig = rig();
        Talk talk = rig.meet();
        talk.server().send(packet(0, join(bytes(9), ascii("3.23.58"), bytes(0, 1, 0, 0, 0))));
        assertThat(talk.client().expectError(0, 1105)).contains("protocol 9");
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void aServerFromBefore41() {
        Rig rig = rig();
        Talk talk = rig.meet();
        talk.server().send(Packets.greeting(CLASSIC.without(new Capabilities(Capabilities.PROTOCOL_41))));
        assertThat(talk.client().expectError(0, 1105)).contains("9.7.1");
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void somethingElseOnThePort() {
        Rig rig = rig();
        Talk talk = rig.meet();
        talk.server().send(ascii("220 mail.example.org ESMTP ready\r\n"));
        talk.client().expectError(0, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void aGreetingOutOfSequence() {
        Rig rig = rig();
        Talk talk = rig.meet();
        byte[] greeting = Packets.greeting(MODERN);
        greeting[3] = 4;
        talk.server().send(greeting);
        talk.client().expectError(0, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void aGreetingThatEndsTooEarly() {
        Rig rig = rig();
        Talk talk = rig.meet();
        byte[] greeting = Packets.payload(Packets.greeting(MODERN));
        talk.server().send(packet(0, part(greeting, 0, 12)));
        talk.client().expectError(0, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void twoGreetings() {
        Rig rig = rig();
        Talk talk = greeted(rig);
        talk.server().send(packet(1, Packets.payload(Packets.greeting(MODERN))));
        talk.client().expectError(1, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void anEmptyAnswer() {
        Rig rig = rig();
        Talk talk = asked(rig);
        talk.server().send(packet(2));
        talk.client().expectError(2, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void anAnswerOutOfSequence() {
        Rig rig = rig();
        Talk talk = asked(rig);
        talk.server().send(ok(5));
        talk.client().expectError(2, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void theServerLosesPatience() {
        Rig rig = rig();
        Talk talk = greeted(rig);
        talk.answer(err(1, 1159, "Got timeout reading communication packets"));
        ended(rig, talk, "login-refused");
    }

    @Test
    void theServerLeavesDuringTheLogin() {
        Rig rig = rig();
        Talk talk = greeted(rig);
        talk.server().close();
        talk.client().expectError(1, 1158);
        ended(rig, talk, "backend-lost");
        Talk second = asked(rig);
        second.server().close();
        second.client().expectError(2, 1158);
        ended(rig, second, "backend-lost");
    }

    @Test
    void aGoodbyeRightAfterTheLogin() {
        Rig rig = rig();
        Talk talk = asked(rig);
        talk.answer(join(ok(2), err(0, 1053, "Server shutdown in progress")));
        ended(rig, talk, "backend-closed");
    }

    @Test
    void bytesBehindTheLogin() {
        Rig rig = rig();
        Talk talk = asked(rig);
        talk.client().send(bytes(1));
        talk.server().send(join(ok(2), ok(3)));
        talk.client().expect(ok(2));
        talk.client().expectError(0, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    // --- clients ----------------------------------------------------------------------------------------------------

    @Test
    void bytesBeforeTheGreeting() {
        Rig rig = rig();
        Talk talk = rig.meet();
        talk.client().send(ascii("GET / HTTP/1.1\r\n\r\n"));
        talk.client().expectError(0, 1043);
        ended(rig, talk, "client-protocol-violation");
    }

    @Test
    void aClientFromBefore41() {
        Rig rig = rig();
        Talk talk = greeted(rig);
        talk.client().send(packet(1, join(bytes(0x85, 0x24, 0xff, 0xff, 0xff), ascii("app"), bytes(0))));
        byte[] answer = talk.client().packet();
        assertThat(part(answer, 3, 7)).isEqualTo(bytes(2, 0xff, 2007 & 0xff, 2007 >> 8));
        assertThat(Packets.text(answer, 7)).isEqualTo("4.0 protocol is not supported");
        ended(rig, talk, "client-protocol-violation");
    }

    @Test
    void tlsThatWasNotOffered() {
        Rig rig = rig();
        Talk talk = greeted(rig);
        byte[] request = part(Packets.payload(Packets.login(1, MODERN.with(Capabilities.SSL))), 0, 32);
        talk.client().send(packet(1, request));
        talk.client().expectError(2, 1043);
        ended(rig, talk, "client-protocol-violation");
    }

    @Test
    void aLoginOutOfSequence() {
        Rig rig = rig();
        Talk talk = greeted(rig);
        talk.client().send(Packets.login(0, MODERN));
        talk.client().expectError(1, 1043);
        ended(rig, talk, "client-protocol-violation");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 31, 33, 36, 45})
    void aLoginThatEndsTooEarly(int length) {
        Rig rig = rig();
        Talk talk = greeted(rig);
        talk.client().send(packet(1, part(Packets.payload(Packets.login(1, MODERN)), 0, length)));
        if (length == 1) {
            talk.client().packet();
        } else {
            talk.client().expectError(2, 1043);
        }
        ended(rig, talk, "client-protocol-violation");
    }

    @Test
    void aPacketThatIsTooLong() {
        Rig rig = rig();
        Talk talk = greeted(rig);
        talk.client().send(bytes(1, 0, 2, 1));
        talk.client().expectError(2, 1043);
        ended(rig, talk, "client-protocol-violation");
    }

    @Test
    void tooManyPackets() {
        Rig rig = rig();
        Talk talk = asked(rig);
        int sequence = 2;
        for (int round = 1; round < Limits.LOGIN_PACKETS; round++) {
            talk.answer(packet(sequence++, Packets.payload(SWITCH)));
            talk.ask(packet(sequence++, ascii("answer " + round)));
        }
        talk.answer(packet(sequence++, Packets.payload(SWITCH)));
        talk.client().send(packet(sequence, ascii("one too many")));
        talk.client().expectError(sequence + 1, 1043);
        ended(rig, talk, "client-protocol-violation");
    }

    @Test
    void tooManyBytes() {
        Rig rig = rig();
        Talk talk = asked(rig).answer(SWITCH);
        byte[] most = new byte[Limits.LOGIN_PACKET];
        int sequence = 3;
        for (int bytes = 1000; bytes + most.length < Limits.LOGIN_BYTES; bytes += most.length + 4) {
            talk.client().send(packet(sequence, most));
            talk.server().expectLong(packet(sequence++, most));
        }
        talk.client().send(packet(sequence, most));
        talk.server().drain();
        talk.client().expectError(sequence + 1, 1043);
        ended(rig, talk, "client-protocol-violation");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theClientLeaves(boolean reset) {
        Rig rig = rig();
        for (Talk talk : new Talk[] {rig.meet(), greeted(rig), asked(rig)}) {
            if (reset) {
                talk.client().reset();
            } else {
                talk.client().close();
            }
            assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-lost");
            talk.server().drain();
        }
    }
}
