package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.decision.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The number of sessions has a limit, and is right. */
class LimitsTest extends ProxyTest {

    @Test
    void tooManyConnections() {
        Rig rig = rig(settings -> settings.limits(2, Duration.ofSeconds(20), 1 << 20));
        Talk first = rig.logIn(CLASSIC);
        Talk second = rig.logIn(CLASSIC);
        for (int i = 0; i < 3; i++) {
            FakeClient third = rig.connect();
            assertThat(third.expectError(0, 1040)).isEqualTo("Too many connections");
            third.expectEnd();
        }
        assertThat(rig.sessions.count()).isEqualTo(2);
        first.ping().client().close();
        rig.causeOf(first.session().id());
        rig.logIn(CLASSIC).ping();
        second.ping();
        assertThat(rig.sessions.count()).isEqualTo(2);
    }

    @Test
    void connectionsThatDidNotLogInCount() {
        Rig rig = rig(settings -> settings.limits(1, Duration.ofSeconds(20), 1 << 20));
        Talk first = rig.meet();
        FakeClient second = rig.connect();
        second.expectError(0, 1040);
        first.server().send(Packets.greeting(CLASSIC));
        first.client().packet();
    }

    @Test
    void localSessionsHaveALimitOfTheirOwn() {
        Rig rig = rig(settings ->
                settings.local((session, command) -> Reply.ok()).limits(1, Duration.ofSeconds(20), 1 << 20));
        List<FakeClient> clients = new ArrayList<>();
        for (int i = 0; i < Limits.LOCAL_SESSIONS; i++) {
            clients.add(rig.connect());
            clients.get(i).packet();
        }
        // one who only sits there makes room for a newcomer
        rig.connect().packet();
        eventually().until(() -> rig.sessions.count() == Limits.LOCAL_SESSIONS);
    }

    @Test
    void strangersTogetherCannotMakeTheProxyKeepMuch() {
        Rig rig = rig();
        int each = Limits.LOGIN_PACKET - 100;
        int enough = Limits.ALL_LOGIN_BYTES / each + 1;
        List<Talk> talks = new ArrayList<>();
        for (int i = 0; i < enough; i++) {
            Talk talk = rig.meet();
            talk.server().send(Packets.greeting(CLASSIC));
            talk.client().packet();
            // announces a packet whose end never comes
            talk.client().send(Packets.part(Packets.packet(1, new byte[each + 50]), 0, each));
            talks.add(talk);
        }
        eventually().until(() -> rig.sessions.count() < enough);
        talks.forEach(talk -> talk.client().close());
        eventually().until(() -> rig.sessions.count() == 0);
        // and there is room again
        rig.logIn(CLASSIC).ping();
    }

    @Test
    void manyClientsComeAndGo() {
        Rig rig = rig(settings -> settings.limits(5, Duration.ofSeconds(20), 1 << 20));
        for (int round = 0; round < 20; round++) {
            List<Talk> talks = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                talks.add(rig.logIn(CLASSIC));
            }
            assertThat(rig.connectedClients()).isEqualTo(5);
            talks.forEach(talk -> talk.client().close());
            eventually().until(() -> rig.sessions.count() == 0 && rig.connectedClients() == 0);
        }
    }

    @Test
    void limitsThatMakeNoSense() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new Limits(0, second, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Limits(1, second.negated(), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Limits(1, second, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
