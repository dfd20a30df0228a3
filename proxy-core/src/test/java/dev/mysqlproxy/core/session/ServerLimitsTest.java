package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.packet;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a server may send during a login: so much at once, so often, and not for ever. */
class ServerLimitsTest extends ProxyTest {

    /** Up to the server's turn to answer the login. */
    private static Talk asked(Rig rig) {
        Talk talk = rig.meet();
        talk.server().send(Packets.greeting(MODERN));
        talk.client().packet();
        talk.client().logIn(MODERN);
        talk.server().packet();
        return talk;
    }

    private static void endedByTheServersFault(Rig rig, Talk talk) {
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-protocol-violation");
        talk.server().drain();
        talk.client().drain();
    }

    @Test
    void aGreetingThatIsTooLong() {
        Rig rig = rig();
        Talk talk = rig.meet();
        talk.server().send(bytes(1, 0, 0x10, 0), new byte[1000]);
        endedByTheServersFault(rig, talk);
    }

    @Test
    void anAnswerToTheLoginThatIsTooLong() {
        Rig rig = rig();
        Talk talk = asked(rig);
        talk.server().send(bytes(1, 0, 0x10, 2), new byte[1000]);
        endedByTheServersFault(rig, talk);
    }

    @Test
    void theLongestAnswerGoesThrough() {
        Rig rig = rig();
        Talk talk = asked(rig);
        byte[] more = new byte[Limits.SERVER_LOGIN_PACKET];
        more[0] = 1;
        byte[] data = packet(2, more);
        talk.server().sendAside(data);
        talk.client().expectLong(data);
        talk.answer(Packets.ok(3)).ping();
    }

    @Test
    void dataWithoutEnd() {
        Rig rig = rig();
        Talk talk = asked(rig);
        byte[] all = {};
        for (int i = 0; i < Limits.SERVER_LOGIN_PACKETS; i++) {
            all = join(all, packet(2 + i, join(bytes(1), ascii("more"))));
        }
        talk.server().send(all);
        endedByTheServersFault(rig, talk);
    }

    @Test
    void aLoginThatNeverEnds() {
        Rig rig = rig(settings -> settings.limits(10, Duration.ofSeconds(2), 1 << 20));
        Talk talk = asked(rig);
        talk.server().send(bytes(20, 0, 0, 2, 0));
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("handshake-timeout");
        talk.server().drain();
        talk.client().drain();
    }
}
