package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.AUTOCOMMIT;
import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.IN_TRANS;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.modernQuery;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.ping;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.PoolingTest.Account.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.protocol.wire.Capabilities;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Pooled connections in the command phase: who gets which, and in what state. */
class PoolCommandTest extends PoolingTest {

    private static final byte[] SET_LATIN1 = query("SET NAMES latin1 COLLATE latin1_swedish_ci");
    private static final byte[] OPTION_ON = command(0x1b, bytes(0, 0));

    @Test
    void theOwnConnectionComesBackAsItWasLeft() {
        Rig rig = pooling();
        Talk talk = logIn(1).ping();
        assertThat(ask(talk, "fresh")).isZero();
        assertThat(ask(talk, "park")).isOne();
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        assertThat(rig.connectedClients()).isZero();
        assertThat(talk.session().server()).isEmpty();
        assertThat(ask(talk, "idle 1")).isOne();
        assertThat(ask(talk, "park")).isZero();
        assertThat(ask(talk, "take 1")).isOne();
        assertThat(ask(talk, "take 1")).isOne();
        assertThat(ask(talk, "fresh")).isZero();
        assertThat(idle(1)).isEmpty();
        assertThat(rig.connectedClients()).isOne();
        talk.ping();
    }

    @Test
    void aTransactionWaitsForItsOwner() {
        pooling();
        Talk talk = logIn(1).ask(query("BEGIN")).answer(ok(1, AUTOCOMMIT | IN_TRANS));
        ask(talk, "park");
        talk.client().send(query("idle 1")).expect(packet(1, 0, 1, 0, AUTOCOMMIT, 0, 0, 0));
        talk.client().send(query("take 1")).expect(packet(1, 0, 1, 0, AUTOCOMMIT | IN_TRANS, 0, 0, 0));
        talk.ping();
    }

    @Test
    void anotherSessionGetsItAfterAReset() {
        Rig rig = pooling();
        Peer server = idleConnection();
        Talk talk = logIn(2);
        assertThat(ask(talk, "idle 1")).isOne();
        assertThat(ask(talk, "take 1")).isOne();
        assertThat(ask(talk, "fresh")).isOne();
        assertThat(idle(2)).isEqualTo(Map.of("app", 1));
        assertThat(rig.connectedClients()).isOne();
        resetAndPing(talk.client(), server, SET_NAMES);
        assertThat(ask(talk, "fresh")).isZero();
        // and back: both are this session's own now
        assertThat(ask(talk, "take 2")).isOne();
        talk.ping();
        assertThat(ask(talk, "take 1")).isOne();
        talk.client().send(ping());
        server.expect(ping()).send(ok(1));
        talk.client().expect(ok(1));
    }

    @Test
    void theCharacterSetIsTheNewSessions() {
        pooling();
        Peer server = idleConnection();
        Talk talk = logIn(APP.characterSet(LATIN1), 2);
        ask(talk, "take 1");
        resetAndPing(talk.client(), server, SET_LATIN1);
    }

    @Test
    void theResetSpeaksTheConnectionsProtocol() {
        pooling();
        Account modern = APP.speaking(MODERN);
        Peer server = idleConnection(modern);
        Talk talk = logIn(modern, 2);
        assertThat(ask(talk.client(), MODERN, "take 1")).isOne();
        resetAndPing(talk.client(), server, modernQuery("SET NAMES utf8mb4 COLLATE utf8mb4_general_ci"));
    }

    @Test
    void whatTheNextOneSeesOfATransactionIsNothing() {
        pooling();
        Talk first = logIn(1).ask(query("BEGIN")).answer(ok(1, AUTOCOMMIT | IN_TRANS));
        ask(first, "park");
        Talk talk = logIn(2);
        talk.client().send(query("take 1")).expect(packet(1, 0, 1, 0, AUTOCOMMIT, 0, 0, 0));
        resetAndPing(talk.client(), first.server(), SET_NAMES);
        ask(talk, "park");
        // its first user has lost it, and would get it reset
        assertThat(ask(first, "take 1")).isOne();
        resetAndPing(first.client(), first.server(), SET_NAMES);
    }

    @Test
    void anUnusedForeignConnectionStaysForeign() {
        pooling();
        Peer server = idleConnection();
        Talk talk = logIn(2);
        assertThat(ask(talk, "take 1")).isOne();
        assertThat(ask(talk, "park")).isOne();
        assertThat(ask(talk, "take 1")).isOne();
        resetAndPing(talk.client(), server, SET_NAMES);
    }

    @Test
    void anUnusedForeignConnectionIsStillItsOwners() {
        Rig rig = pooling();
        Talk owner = logIn(1).ask(query("BEGIN")).answer(ok(1, AUTOCOMMIT | IN_TRANS));
        ask(owner, "park");
        Talk talk = logIn(2);
        assertThat(ask(talk, "take 1")).isOne();
        assertThat(ask(talk, "park")).isOne();
        assertThat(rig.connectedClients()).isZero();
        owner.client().send(query("take 1")).expect(packet(1, 0, 1, 0, AUTOCOMMIT | IN_TRANS, 0, 0, 0));
        assertThat(ask(owner, "fresh")).isZero();
        owner.ping();
    }

    @Test
    void injectionsWaitForTheReset() {
        pooling();
        Peer server = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(query("inject DO 1"));
        server.expect(RESET).send(ok(1));
        server.expect(SET_NAMES).send(ok(1));
        server.expect(query("DO 1")).send(ok(1));
        talk.client().expect(ok(1));
    }

    @Test
    void aPipelineWaitsForTheReset() {
        pooling();
        Peer server = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(query("DO 1"), query("DO 2"));
        server.expect(RESET).send(ok(1));
        server.expect(SET_NAMES).send(ok(1));
        server.expect(query("DO 1")).send(ok(1));
        talk.client().expect(ok(1));
        server.expect(query("DO 2")).send(ok(1));
        talk.client().expect(ok(1));
    }

    @Test
    void commandsWithoutReplyAreSentBeforeItIsParked() {
        pooling();
        Talk talk = logIn(1);
        byte[] close = command(0x19, bytes(1, 0, 0, 0));
        talk.client().send(close, query("park"));
        talk.client().packet();
        talk.server().expect(close);
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
    }

    // --- who gets what ----------------------------------------------------------------------------------------------

    @Test
    void nobodyGetsAnotherUsers() {
        pooling();
        Peer server = idleConnection();
        Talk root = logIn(APP.user("root"), 2);
        assertThat(ask(root, "idle 1")).isZero();
        assertThat(ask(root, "take 1")).isZero();
        assertThat(ask(root, "take 3")).isZero();
        root.ping();
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        server.close();
    }

    @Test
    void nobodyGetsOneOfAnotherProtocol() {
        pooling();
        Peer server = idleConnection();
        Account modern = APP.speaking(MODERN);
        Talk talk = logIn(modern, 2);
        assertThat(ask(talk.client(), MODERN, "idle 1")).isZero();
        assertThat(ask(talk.client(), MODERN, "take 1")).isZero();
        server.close();
    }

    @Test
    void nobodyWithoutASchemaGetsOneThatHasOne() {
        pooling();
        Peer server = idleConnection();
        Talk talk = logIn(APP.schema(""), 2);
        assertThat(ask(talk, "idle 1")).isZero();
        assertThat(ask(talk, "take 1")).isZero();
        Talk other = logIn(APP.schema("elsewhere"), 2);
        assertThat(ask(other, "idle 1")).isOne();
        server.close();
    }

    @Test
    void namesThatReadTheSameAreNotTheSame() {
        pooling();
        // the bytes of one user's name in latin1 are another's in UTF-8
        Account accented = APP.user("\u00e9");
        Talk inUtf8 = logIn(accented, 1);
        assertThat(ask(inUtf8, "park")).isOne();
        Talk inLatin1 = logIn(accented.characterSet(LATIN1), 2);
        assertThat(ask(inLatin1, "idle 1")).isZero();
        assertThat(ask(inLatin1, "take 1")).isZero();
        assertThat(ask(inLatin1, "park")).isZero();
    }

    @Test
    void changeUserChangesWhoseItIs() {
        pooling();
        Talk talk = logIn(1);
        talk.ask(changeUser("root", "mysql", UTF8)).answer(ok(1));
        assertThat(ask(talk, "park")).isOne();
        assertThat(idle(1)).isEqualTo(Map.of("root", 1));
        Talk app = logIn(2);
        assertThat(ask(app, "take 1")).isZero();
        Talk root = logIn(APP.user("root"), 2);
        assertThat(ask(root, "take 1")).isOne();
        resetAndPing(root.client(), talk.server(), SET_NAMES);
    }

    @Test
    void changeUserLeavesTheOldOnesConnectionsAlone() {
        pooling();
        Talk talk = logIn(1);
        Peer first = talk.server();
        ask(talk, "park");
        Peer other = logInParked(2);
        assertThat(ask(talk, "take 2")).isOne();
        talk.client().send(changeUser("root", "", UTF8));
        other.expect(RESET).send(ok(1));
        other.expect(SET_NAMES).send(ok(1));
        other.expect(changeUser("root", "", UTF8)).send(ok(1));
        talk.client().expect(ok(1));
        assertThat(ask(talk, "idle 1")).isZero();
        assertThat(ask(talk, "take 1")).isZero();
        first.close();
    }

    private Peer logInParked(int backendIndex) {
        Talk talk = logIn(backendIndex);
        ask(talk, "park");
        talk.client().close();
        return talk.server();
    }

    @Test
    void aChangeUserInPiecesIsReadAsOne() {
        pooling();
        Talk talk = logIn(1);
        byte[] change = changeUser("root", "mysql", UTF8);
        talk.client().send(Packets.part(change, 0, 8));
        talk.client().send(Packets.part(change, 8, change.length));
        talk.server().expect(change);
        talk.answer(ok(1));
        Peer other = logInParked(2);
        assertThat(ask(talk, "idle 2")).isZero();
        assertThat(ask(talk, "take 2")).isZero();
        talk.ping();
        other.close();
    }

    @Test
    void aFailedChangeUserMakesItNobodys() {
        pooling();
        Talk talk = logIn(1);
        talk.ask(changeUser("root", "mysql", UTF8)).answer(err(1, 1045, "Access denied"));
        assertThat(ask(talk, "park")).isZero();
        assertThat(ask(talk, "idle 1")).isZero();
    }

    private static byte[] changeUser(String user, String schema, int characterSet) {
        return command(
                0x11,
                Packets.ascii(user),
                bytes(0, 0),
                Packets.ascii(schema),
                bytes(0, characterSet, 0),
                Packets.ascii("mysql_native_password"),
                bytes(0, 0));
    }

    @Test
    void repliesOfUnknownShapeSpoilIt() {
        pooling();
        Talk talk = logIn(1);
        talk.ask(command(0x60)).answer(err(1, 1047, "Unknown command"));
        assertThat(ask(talk, "park")).isZero();
        assertThat(idle(1)).isEmpty();
        talk.ping();
    }

    @Test
    void severalStatementsAreSwitchedBack() {
        pooling();
        Talk talk = logIn(1);
        byte[] off = command(0x1b, bytes(1, 0));
        talk.ask(off).answer(eof(1, AUTOCOMMIT));
        assertThat(ask(talk, "park")).isOne();
        Talk other = logIn(2);
        assertThat(ask(other, "take 1")).isOne();
        other.client().send(ping());
        talk.server().expect(OPTION_ON).send(eof(1, AUTOCOMMIT));
        talk.server().expect(RESET).send(ok(1));
        talk.server().expect(SET_NAMES).send(ok(1));
        talk.server().expect(ping()).send(ok(1));
        other.client().expect(ok(1));
    }

    // --- servers that know less -------------------------------------------------------------------------------------

    @Test
    void aServerWithoutResetKeepsConnectionsWithTheirSessions() {
        Rig rig = pooling();
        Peer server = idleConnection();
        Peer later = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(ping());
        server.expect(RESET).send(err(1, 1047, "Unknown command"));
        talk.client().expectError(1, 1158);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-lost");
        server.drain();
        Talk next = logIn(2);
        assertThat(ask(next, "idle 1")).isZero();
        assertThat(ask(next, "take 1")).isZero();
        Talk own = logIn(1);
        assertThat(ask(own, "idle 1")).isZero();
        assertThat(ask(own, "park")).isOne();
        assertThat(ask(own, "idle 1")).isOne();
        assertThat(ask(own, "take 1")).isOne();
        own.ping();
        later.close();
    }

    @Test
    void anotherErrorSaysNothingOfTheServer() {
        pooling();
        Peer server = idleConnection();
        Peer later = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(ping());
        server.expect(RESET).send(err(1, 1226, "User has exceeded the 'max_questions' resource"));
        resetForPing(talk, later);
    }

    @Test
    void aConnectionThatDiesWhileItIsMadeReadyIsReplaced() {
        pooling();
        Peer server = idleConnection();
        Peer later = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(ping());
        server.expect(RESET).close();
        resetForPing(talk, later);
    }

    @Test
    void theLastOneThatDiesEndsTheSession() {
        pooling();
        Peer server = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(ping());
        server.expect(RESET).close();
        talk.client().expectError(1, 1158);
    }

    /** Another connection answers the ping that the client has sent. */
    private void resetForPing(Talk talk, Peer other) {
        other.expect(RESET).send(ok(1));
        other.expect(SET_NAMES).send(ok(1));
        other.expect(ping()).send(ok(1));
        talk.client().expect(ok(1));
        talk.client().send(ping());
        other.expect(ping()).send(ok(1));
        talk.client().expect(ok(1));
    }

    @Test
    void aCollationThatTheServerDoesNotKnowWasNotUsed() {
        pooling();
        Account newer = APP.characterSet(255);
        Peer server = idleConnection(newer);
        Talk talk = logIn(newer, 2);
        ask(talk, "take 1");
        talk.client().send(ping());
        server.expect(RESET).send(ok(1));
        server.expect(query("SET NAMES utf8mb4 COLLATE utf8mb4_0900_ai_ci"))
                .send(err(1, 1273, "Unknown collation: 'utf8mb4_0900_ai_ci'"));
        server.expect(ping()).send(ok(1));
        talk.client().expect(ok(1));
    }

    @Test
    void anOlderServerHasAnotherNameForIt() {
        pooling();
        Account old = APP.characterSet(33);
        Peer server = idleConnection(old);
        Talk talk = logIn(old, 2);
        ask(talk, "take 1");
        talk.client().send(ping());
        server.expect(RESET).send(ok(1));
        server.expect(query("SET NAMES utf8mb3 COLLATE utf8mb3_general_ci"))
                .send(err(1, 1273, "Unknown collation: 'utf8mb3_general_ci'"));
        server.expect(query("SET NAMES utf8 COLLATE utf8_general_ci")).send(ok(1));
        server.expect(ping()).send(ok(1));
        talk.client().expect(ok(1));
    }

    @Test
    void nonsenseInAnswerToAReset() {
        Rig rig = pooling();
        Peer server = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(ping());
        server.expect(RESET).send(ok(1), ok(1));
        talk.client().expectError(1, 1105);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-protocol-violation");
        server.drain();
    }

    // --- event loops ------------------------------------------------------------------------------------------------

    /** A session on another event loop than this connection. */
    private Talk elsewhere(Session session) {
        Talk talk = logIn(2);
        while (talk.session().client().eventLoop() == session.client().eventLoop()) {
            talk.client().close();
            talk = logIn(2);
        }
        return talk;
    }

    @Test
    void aConnectionMovesToItsNewSessionsLoop() {
        pooling(settings -> settings.loops(2));
        Talk first = logIn(1);
        Talk talk = elsewhere(first.session());
        ask(first, "park");
        assertThat(ask(talk, "take 1")).isOne();
        resetAndPing(talk.client(), first.server(), SET_NAMES);
        assertThat(ask(talk, "park")).isOne();
        assertThat(ask(first, "take 1")).isOne();
        resetAndPing(first.client(), first.server(), SET_NAMES);
    }

    @Test
    void itIsGoneBeforeItMoves() {
        Rig rig = pooling(settings -> settings.loops(2));
        Talk first = logIn(1);
        Talk talk = elsewhere(first.session());
        ask(first, "park");
        assertThat(ask(talk, "take 1")).isOne();
        first.server().send(err(0, 1053, "Server shutdown in progress"));
        first.server().drain();
        assertThat(rig.causeOf(talk.session().id())).isIn("backend-closed", "backend-lost");
        talk.client().drain();
    }

    @Test
    void theSessionIsGoneBeforeItMoves() {
        Rig rig = pooling(settings -> settings.loops(2));
        Talk first = logIn(1);
        Talk talk = elsewhere(first.session());
        ask(first, "park");
        assertThat(ask(talk, "take 1")).isOne();
        talk.client().send(ping()).close();
        rig.causeOf(talk.session().id());
        first.server().drain();
        assertThat(rig.connectedClients()).isZero();
    }

    @Test
    void twoSessionsPassOneConnectionToAndFro() {
        pooling(settings -> settings.loops(2));
        Talk first = logIn(1);
        Talk talk = elsewhere(first.session());
        ask(first, "park");
        for (int round = 0; round < 50; round++) {
            Talk user = round % 2 == 0 ? talk : first;
            assertThat(ask(user, "take 1")).isOne();
            resetAndPing(user.client(), first.server(), SET_NAMES);
            assertThat(ask(user, "park")).isOne();
        }
    }

    @Test
    void oneOfTwoThatReachForItGetsIt() {
        pooling(settings -> settings.loops(2));
        Talk first = logIn(1);
        Talk talk = elsewhere(first.session());
        ask(first, "park");
        for (int round = 0; round < 50; round++) {
            CompletableFuture<Integer> aside = CompletableFuture.supplyAsync(() -> ask(talk, "take 1"));
            int mine = ask(first, "take 1");
            int others = aside.join();
            assertThat(mine + others).as("winners in round %s", round).isOne();
            Talk winner = mine == 1 ? first : talk;
            assertThat(ask(winner, "park")).isOne();
            assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        }
    }

    // --- limits -----------------------------------------------------------------------------------------------------

    @Test
    void theMaximumOfAUserHolds() {
        Rig rig = pooling();
        rig.backends.pool(1).orElseThrow().maxIdle(1);
        Peer oldest = idleConnection();
        Peer newest = idleConnection();
        oldest.drain();
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        newest.close();
        eventually().until(() -> idle(1).isEmpty());
    }

    @Test
    void negotiatedFlagsMustBeTheSame() {
        pooling();
        Peer server = idleConnection(APP.speaking(CLASSIC.without(new Capabilities(Capabilities.MULTI_STATEMENTS))));
        Talk talk = logIn(2);
        assertThat(ask(talk, "take 1")).isZero();
        server.close();
    }
}
