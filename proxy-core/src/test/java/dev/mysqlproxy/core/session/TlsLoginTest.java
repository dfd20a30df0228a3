package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.greeting;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.login;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.payload;
import static dev.mysqlproxy.core.session.Packets.ping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins with TLS on either hop, on both, and when it goes wrong. */
class TlsLoginTest extends ProxyTest {

    private static final Capabilities ENCRYPTED = MODERN.with(Capabilities.SSL);
    private static final byte[] REQUEST = Hops.sslRequest(login(1, ENCRYPTED));
    private static final byte[] QUESTION =
            join(bytes(0xfe), ascii("mysql_native_password"), bytes(0), ascii("x".repeat(20)));

    private Rig rig(ClientTls.Mode client, TlsMode server) {
        return rig(settings -> settings.hop(client).backendHop(TestTls.servers(server)));
    }

    private Rig rig(TlsMode server) {
        return rig(ClientTls.Mode.PREFERRED, server);
    }

    /** A client that has been greeted, by a server that offers this. */
    private static Talk greeted(Rig rig, Capabilities offered) {
        Talk talk = rig.meet();
        talk.server().send(greeting(offered));
        talk.client().packet();
        return talk;
    }

    private static void ends(Rig rig, Talk talk, String cause) {
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo(cause);
    }

    // --- every mix --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "false, DISABLED, false",
        "true, DISABLED, false",
        "false, PREFERRED, true",
        "true, PREFERRED, true",
        "false, REQUIRED, true",
        "true, REQUIRED, true",
        "false, AS_CLIENT, false",
        "true, AS_CLIENT, true"
    })
    void everyMix(boolean clientTls, TlsMode mode, boolean serverTls) {
        Rig rig = rig(mode);
        for (int size : new int[] {64 * 1024, 1}) {
            rig.fromClient.of(size);
            rig.fromBackend.of(size);
            Hops hops = Hops.tls(clientTls, serverTls);
            Talk talk = hops.begin(rig.meet(), MODERN);
            int client = hops.clientStart() + 1;
            int server = hops.serverStart() + 1;
            talk.server().send(packet(server, QUESTION));
            talk.client().expect(packet(client, QUESTION)).send(packet(client + 1, ascii("answer")));
            talk.server().expect(packet(server + 1, ascii("answer"))).send(ok(server + 2));
            talk.client().expect(ok(client + 2));
            talk.ping().ask(Packets.modernQuery("SELECT 1")).answer(Packets.resultSet(MODERN, "1"));
            assertThat(talk.session().tls().isPresent()).isEqualTo(clientTls);
            assertThat(talk.session().server().orElseThrow().tls().isPresent()).isEqualTo(serverTls);
            talk.client().close();
        }
    }

    @Test
    void theFirstCommandComesWithTheLogin() {
        Talk talk = greeted(rig(TlsMode.DISABLED), ENCRYPTED);
        talk.client().send(REQUEST).encrypt();
        byte[] ping = ping();
        talk.client().send(login(2, ENCRYPTED), part(ping, 0, 2));
        talk.server().expect(login(1, MODERN)).send(ok(2));
        talk.client().expect(ok(3)).send(part(ping, 2, ping.length));
        talk.server().expect(ping).send(ok(1));
        talk.client().expect(ok(1));
    }

    @Test
    void aLoginThroughTlsNeedNotSayAgainThatItIsEncrypted() {
        Talk talk = greeted(rig(TlsMode.DISABLED), ENCRYPTED);
        talk.client().send(REQUEST).encrypt().send(login(2, MODERN));
        talk.server().expect(login(1, MODERN)).send(ok(2));
        talk.client().expect(ok(3));
        talk.ping();
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void aWrongPassword(boolean clientTls, boolean serverTls) {
        Hops hops = Hops.tls(clientTls, serverTls);
        Rig rig = rig(hops::settings);
        Talk talk = hops.begin(rig.meet(), MODERN);
        talk.server().send(err(hops.serverStart() + 1, 1045, "Access denied"));
        talk.client().expect(err(hops.clientStart() + 1, 1045, "Access denied"));
        ends(rig, talk, "login-refused");
    }

    // --- the client's hop -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(names = {"DISABLED", "REQUIRED", "AS_CLIENT"})
    void whatStandsInTheClearBehindTheRequest(TlsMode mode) {
        Rig rig = rig(mode);
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(REQUEST, login(2, ENCRYPTED));
        talk.client().drain();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-tls-failed");
        talk.server().expectEnd();
    }

    @Test
    void aLoginInTheClearThatSaysItWereEncrypted() {
        Rig rig = rig(TlsMode.DISABLED);
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(login(1, ENCRYPTED)).expectError(2, 1043);
        ends(rig, talk, "client-protocol-violation");
        talk.server().expectEnd();
    }

    @Test
    void aSecondRequest() {
        Rig rig = rig(TlsMode.DISABLED);
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(REQUEST).encrypt().send(packet(2, payload(REQUEST)));
        talk.client().expectError(3, 1043);
        ends(rig, talk, "client-protocol-violation");
    }

    @Test
    void tlsThatWasNotOffered() {
        Rig rig = rig(ClientTls.Mode.DISABLED, TlsMode.DISABLED);
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(REQUEST).expectError(2, 1043);
        ends(rig, talk, "client-protocol-violation");
    }

    @Test
    void aHookOffersWhatTheListenerDoesNotHave() {
        HandshakeHook liar = (session, payload) -> LoginDecision.replace(payload(greeting(ENCRYPTED)));
        Rig rig = rig(settings -> settings.hook(liar));
        Talk talk = greeted(rig, MODERN);
        talk.client().send(REQUEST).expectError(2, 1043);
        ends(rig, talk, "client-protocol-violation");
    }

    @Test
    void aClientWithoutTlsWhereItMustHaveIt() {
        Rig rig = rig(ClientTls.Mode.REQUIRED, TlsMode.DISABLED);
        Talk talk = greeted(rig, MODERN);
        assertThat(talk.client().send(login(1, MODERN)).expectError(2, 3159)).contains("requires TLS");
        ends(rig, talk, "login-refused");
        talk.server().expectEnd();
    }

    @Test
    void aClientThatNeverBeginsTheHandshake() {
        Rig rig = rig(settings -> settings.hop(ClientTls.Mode.PREFERRED).limits(10, Duration.ofMillis(300), 1000));
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(REQUEST);
        ends(rig, talk, "handshake-timeout");
        talk.server().expectEnd();
    }

    @Test
    void aClientThatLeavesInTheHandshake() {
        Rig rig = rig(TlsMode.DISABLED);
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(REQUEST, bytes(22, 3, 1)).close();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-tls-failed");
        talk.server().expectEnd();
    }

    @Test
    void aSessionThatIsKilledInTheHandshake() {
        Rig rig = rig(TlsMode.DISABLED);
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(REQUEST, bytes(22, 3, 1));
        eventually().until(() -> talk.session().client().pipeline().first() instanceof SslHandler);
        talk.session().end(CloseCause.KILLED);
        ends(rig, talk, "killed");
    }

    @Test
    void theServerIsLostInTheClientsHandshake() {
        Rig rig = rig(TlsMode.DISABLED);
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(REQUEST);
        talk.server().close();
        ends(rig, talk, "backend-lost");
    }

    @Test
    void garbageInsteadOfARecord() {
        Rig rig = rig(TlsMode.DISABLED);
        Hops hops = Hops.tls(true, false);
        Talk talk = hops.logIn(rig.meet(), MODERN);
        talk.ping();
        try {
            talk.client().channel().write(ByteBuffer.wrap(ascii("no TLS at all")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-tls-failed");
        talk.server().expectEnd();
    }

    @Test
    void aClientThatOnlySaysThatNoMoreWillCome() {
        Rig rig = rig(TlsMode.REQUIRED);
        Hops hops = Hops.tls(true, true);
        Talk talk = hops.logIn(rig.meet(), MODERN);
        talk.ping();
        talk.client().closeNotify();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-lost");
        talk.server().expectEnd();
    }

    // --- the server's hop -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatSpeaksBeforeTls(boolean clientTls) {
        Rig rig = rig(TlsMode.REQUIRED);
        Talk talk = rig.meet();
        // the beginning of a packet, which nobody may take for something that came through TLS
        talk.server().send(greeting(ENCRYPTED), part(ok(2), 0, 6));
        talk.client().packet();
        Hops hops = Hops.tls(clientTls, true);
        byte[] login = login(hops.clientStart(), hops.wanted(MODERN));
        hops.open(talk.client(), login);
        talk.client().send(login).expectError(hops.clientStart() + 1, 1105);
        ends(rig, talk, "backend-protocol-violation");
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"})
    void aServerWithoutTlsWhereItMustHaveIt(TlsMode mode) {
        Rig rig = rig(mode);
        Talk talk = greeted(rig, MODERN);
        assertThat(talk.client().send(login(1, MODERN)).expectError(2, 1105)).contains("has no TLS");
        ends(rig, talk, "backend-tls-failed");
        talk.server().expectEnd();
    }

    @Test
    void whatTheServerDoesNotHaveIsNotPromised() {
        Rig rig = rig(TlsMode.AS_CLIENT);
        Talk talk = rig.meet();
        talk.server().send(greeting(MODERN));
        assertThat(Hops.offered(talk.client().packet()).has(Capabilities.SSL)).isFalse();
        talk.client().send(REQUEST).expectError(2, 1043);
        ends(rig, talk, "client-protocol-violation");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatIsNotTrusted(boolean clientTls) {
        Rig rig = rig(TlsMode.VERIFY_CA);
        Talk talk = greeted(rig, ENCRYPTED);
        Hops hops = Hops.tls(clientTls, true);
        byte[] login = login(hops.clientStart(), hops.wanted(MODERN));
        hops.open(talk.client(), login);
        talk.client().send(login);
        talk.server().expect(Hops.sslRequest(login(1, ENCRYPTED)));
        try {
            talk.server().encrypt().drain();
        } catch (UncheckedIOException e) {
            // it may already hear in the handshake that it is not trusted
            assertThat(e.getCause()).isInstanceOf(IOException.class);
        }
        talk.client().expectError(hops.clientStart() + 1, 1105);
        ends(rig, talk, "backend-tls-failed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatAnswersInTheClear(boolean clientTls) {
        Rig rig = rig(TlsMode.REQUIRED);
        Talk talk = greeted(rig, ENCRYPTED);
        Hops hops = Hops.tls(clientTls, true);
        byte[] login = login(hops.clientStart(), hops.wanted(MODERN));
        hops.open(talk.client(), login);
        talk.client().send(login);
        talk.server().expect(Hops.sslRequest(login(1, ENCRYPTED))).send(ok(2));
        talk.client().expectError(hops.clientStart() + 1, 1105);
        ends(rig, talk, "backend-tls-failed");
    }

    @Test
    void aServerThatLeavesInTheHandshake() {
        Rig rig = rig(TlsMode.REQUIRED);
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(login(1, MODERN));
        talk.server().expect(Hops.sslRequest(login(1, ENCRYPTED))).finish();
        talk.client().expectError(2, 1105);
        ends(rig, talk, "backend-tls-failed");
    }

    @Test
    void aServerThatNeverAnswersTheHandshake() {
        Rig rig = rig(settings -> settings.hop(ClientTls.Mode.PREFERRED)
                .backendHop(TestTls.servers(TlsMode.REQUIRED))
                .limits(10, Duration.ofMillis(600), 1000));
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(login(1, MODERN));
        talk.server().expect(Hops.sslRequest(login(1, ENCRYPTED)));
        talk.client().expectError(2, 1159);
        ends(rig, talk, "handshake-timeout");
    }

    @Test
    void theClientLeavesInTheServersHandshake() {
        Rig rig = rig(TlsMode.REQUIRED);
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(login(1, MODERN));
        talk.server().expect(Hops.sslRequest(login(1, ENCRYPTED)));
        talk.client().close();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-lost");
        talk.server().drain();
    }

    @Test
    void aServerThatIsLostLater() {
        Rig rig = rig(TlsMode.REQUIRED);
        Hops hops = Hops.tls(true, true);
        Talk talk = hops.logIn(rig.meet(), MODERN);
        talk.ask(Packets.modernQuery("SELECT 1")).server().close();
        talk.client().expectError(1, 1158);
        ends(rig, talk, "backend-lost");
    }

    @Test
    void aServerThatSaysGoodbyeWithTheOk() {
        Rig rig = rig(TlsMode.REQUIRED);
        Hops hops = Hops.tls(true, true);
        Talk talk = hops.begin(rig.meet(), MODERN);
        talk.server().send(ok(3), err(0, 1053, "Server shutdown in progress"));
        talk.client().expect(ok(3)).expectError(0, 1053);
        ends(rig, talk, "backend-closed");
    }

    // --- hooks ------------------------------------------------------------------------------------------------------

    @Test
    void aPluginsOwnLoginIsNotSentInTheClear() {
        AuthHook strange = (session, payload) -> LoginDecision.replace(ascii("open sesame"));
        Rig rig = rig(settings -> settings.hop(ClientTls.Mode.PREFERRED)
                .backendHop(TestTls.servers(TlsMode.REQUIRED))
                .hook(strange));
        Talk talk = greeted(rig, ENCRYPTED);
        talk.client().send(login(1, MODERN)).expectError(2, 1105);
        ends(rig, talk, "plugin-failed");
        talk.server().expectEnd();
    }

    @Test
    void whatIsBeneathThePacketsIsNotAHooksToSay() {
        AuthHook meddler = new AuthHook() {
            @Override
            public LoginDecision onAuth(SessionView session, byte[] payload) {
                byte[] flags = payload.clone();
                // CLIENT_COMPRESS and CLIENT_SSL
                flags[0] |= 0x20;
                flags[1] |= 0x08;
                return LoginDecision.replace(flags);
            }
        };
        Talk talk = greeted(rig(settings -> settings.hook(meddler)), CLASSIC);
        talk.client().send(login(1, CLASSIC));
        talk.server().expect(login(1, CLASSIC)).send(ok(2));
        talk.client().expect(ok(2));
        talk.ping();
    }
}
