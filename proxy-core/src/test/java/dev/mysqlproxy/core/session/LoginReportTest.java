package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.LoginCompletedHook;
import dev.mysqlproxy.api.hook.SessionOpenedHook;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What observers hear of sessions and logins: each beginning has one end. */
class LoginReportTest extends ProxyTest {

    private static final byte[] GREETING = Packets.greeting(CLASSIC);
    private static final byte[] LOGIN = Packets.login(1, CLASSIC);

    private final List<String> calls = new CopyOnWriteArrayList<>();

    private Rig observed(Consumer<Rig.Settings> more) {
        SessionOpenedHook opened = session -> calls.add("opened " + session.id());
        LoginCompletedHook login = (session, summary) -> {
            assertThat(summary.totalNanos()).isPositive();
            calls.add((summary.changeUser() ? "change " : "login ") + summary.user() + " " + summary.status()
                    + (summary.errorCode() == 0 ? "" : " " + summary.errorCode() + " " + summary.sqlState()));
        };
        DisconnectHook disconnect = (session, cause) -> calls.add("closed " + cause);
        return rig(settings -> {
            settings.hook(opened).hook(login).hook(disconnect);
            more.accept(settings);
        });
    }

    private void heard(String... expected) {
        eventually().until(() -> calls.size() >= expected.length);
        assertThat(calls).containsExactly(expected);
    }

    @Test
    void wellLoggedIn() {
        Talk talk = observed(settings -> {}).meet().answer(GREETING).ask(LOGIN);
        talk.answer(ok(2)).ping();
        heard("opened 1", "login app OK");
        talk.client().close();
        heard("opened 1", "login app OK", "closed client-lost");
    }

    @Test
    void refusedByTheServer() {
        Talk talk = observed(settings -> {}).meet().answer(GREETING).ask(LOGIN);
        talk.server().send(err(2, 1045, "Access denied"));
        talk.client().expectError(2, 1045);
        heard("opened 1", "login app ERR 1045 HY000", "closed login-refused");
    }

    @Test
    void refusedByAHook() {
        AuthHook hook = (session, response) -> LoginDecision.refuse(Reply.error(1130, "HY000", "not from here"));
        Talk talk = observed(settings -> settings.hook(hook)).meet().answer(GREETING);
        talk.client().send(LOGIN).expectError(2, 1130);
        heard("opened 1", "login app ERR 1130 HY000", "closed refused-by-plugin");
    }

    @Test
    void answeredByAHook() {
        AuthHook hook = (session, response) -> LoginDecision.answer(Reply.ok());
        Talk talk = observed(settings -> settings.hook(hook)).meet().answer(GREETING);
        talk.client().send(LOGIN).expect(ok(2));
        heard("opened 1", "login app OK");
    }

    @Test
    void theServersNoMadeAnotherByAHook() {
        AuthResultHook hook = (session, answer) -> LoginDecision.answer(Reply.error(1698, "28000", "go away"));
        Talk talk = observed(settings -> settings.hook(hook))
                .meet()
                .answer(GREETING)
                .ask(LOGIN);
        talk.server().send(err(2, 1045, "Access denied"));
        talk.client().expectError(2, 1698);
        heard("opened 1", "login app ERR 1698 28000", "closed refused-by-plugin");
    }

    @Test
    void leftInTheMiddle() {
        Talk talk = observed(settings -> {}).meet().answer(GREETING).ask(LOGIN);
        talk.client().close();
        heard("opened 1", "login app LOST", "closed client-lost");
    }

    @Test
    void theServerLeavesInTheMiddle() {
        Talk talk = observed(settings -> {}).meet().answer(GREETING).ask(LOGIN);
        talk.server().close();
        heard("opened 1", "login app ERR 1158 08S01", "closed backend-lost");
    }

    @Test
    void noLoginWithoutAName() {
        Talk talk = observed(settings -> {}).meet().answer(GREETING);
        talk.client().close();
        heard("opened 1", "closed client-lost");
    }

    @Test
    void anotherUser() {
        Talk talk = observed(settings -> {}).meet().answer(GREETING).ask(LOGIN);
        talk.answer(ok(2)).ping();
        talk.ask(packet(0, join(new byte[] {0x11}, ascii("other\0"), new byte[] {0}, ascii("\0"), new byte[] {33, 0})));
        talk.answer(ok(1));
        talk.ask(packet(0, join(new byte[] {0x11}, ascii("third\0"), new byte[] {0}, ascii("\0"), new byte[] {33, 0})));
        talk.server().send(err(1, 1045, "Access denied"));
        talk.client().expectError(1, 1045);
        heard("opened 1", "login app OK", "change other OK", "change third ERR 1045 HY000");
    }

    @Test
    void atALocalListener() {
        observed(settings -> settings.local((session, command) -> Reply.ok()))
                .connect()
                .close();
        heard("opened 1", "closed client-lost");
    }
}
