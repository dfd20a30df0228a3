package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.column;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.hook.QueryCompletedHook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers and clients that leave or misbehave in the command phase. */
class CommandFailureTest extends ProxyTest {

    private static final QueryCompletedHook WATCHER = (session, command, summary) -> {};

    /** One rig without hooks and one in which every command is watched. */
    private Rig rig(boolean watched) {
        return rig(settings -> {
            if (watched) {
                settings.hook(WATCHER);
            }
        });
    }

    private static void ended(Rig rig, Talk talk, String cause) {
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo(cause);
        if (!talk.server().closed()) {
            talk.server().drain();
        }
    }

    // --- the server leaves ------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverLeavesAnIdleClient(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.server().close();
        ended(rig, talk, "backend-closed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverLeavesBeforeItsReply(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC);
        // an earlier reply, whose sequence ids must not matter any more
        talk.ask(query("SELECT 1")).answer(resultSet(CLASSIC, "1"));
        talk.ask(query("SELECT 2"));
        talk.server().close();
        talk.client().expectError(1, 1158);
        ended(rig, talk, "backend-lost");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverIsResetBeforeItsReply(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT 2"));
        talk.server().reset();
        talk.client().expectError(1, 1158);
        ended(rig, talk, "backend-lost");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverLeavesBetweenPacketsOfItsReply(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT 2"));
        talk.answer(join(packet(1, 1), column(2), eof(3, 2), packet(4, 1, 'x')));
        talk.server().close();
        talk.client().expectError(5, 1158);
        ended(rig, talk, "backend-lost");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverLeavesInsideAPacket(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC);
        byte[] reply = resultSet(CLASSIC, "a long value in one row");
        talk.ask(query("SELECT 2")).answer(part(reply, 0, reply.length - 12));
        talk.server().close();
        // an ERR would land in the middle of a row
        ended(rig, talk, "backend-lost");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void serverLeavesInsideAHeader(int headerBytes) {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(query("SELECT 2")).answer(part(resultSet(CLASSIC, "1"), 0, headerBytes));
        talk.server().close();
        ended(rig, talk, "backend-lost");
    }

    @Test
    void serverLeavesWhileAnotherCommandWaits() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(query("SELECT 1"), query("SELECT 2"));
        talk.server().expect(query("SELECT 1")).close();
        talk.client().expectError(1, 1158);
        ended(rig, talk, "backend-lost");
    }

    @Test
    void serverLeavesWhileItWaitsForAFile() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(query("LOAD DATA")).answer(packet(1, join(bytes(0xfb), ascii("f"))));
        talk.ask(packet(2, ascii("half of it")));
        talk.server().close();
        // the client is writing; it would take an ERR for the answer to a packet it has yet to send
        ended(rig, talk, "backend-lost");
    }

    @Test
    void serverLeavesABinlogStream() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(command(0x12, bytes(4, 0, 0, 0, 0, 0, 1, 0, 0, 0)));
        talk.answer(packet(1, 0, 1, 2, 3)).server().close();
        ended(rig, talk, "backend-closed");
    }

    // --- the server says what nobody asked for ----------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGoodbyeIsPassedOn(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.answer(err(0, 4031, "The client was disconnected by the server because of inactivity."));
        ended(rig, talk, "backend-closed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGoodbyeMayFollowAReplyAtOnce(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ask(Packets.ping());
        talk.answer(join(ok(1), err(0, 1053, "Server shutdown in progress")));
        ended(rig, talk, "backend-closed");
    }

    /** It was on its way when the command was: the client shall read it as the answer. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGoodbyeThatCrossesACommand(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ping().ask(query("SELECT 1"));
        talk.server().send(err(0, 4031, "inactivity"));
        talk.client().expectError(1, 4031);
        ended(rig, talk, "backend-closed");
    }

    @Test
    void aGoodbyeWhileTheClientStillSendsItsCommand() {
        Rig rig = rig(true);
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.client().send(part(query("SELECT 1"), 0, 9));
        eventually().until(() -> talk.session().stateWord().equals("reading-query"));
        talk.server().send(err(0, 1053, "Server shutdown in progress"));
        talk.client().expectError(1, 1053);
        ended(rig, talk, "backend-closed");
    }

    @Test
    void aGoodbyeInPieces() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ping();
        rig.fromBackend.of(1);
        talk.answer(err(0, 1053, "Server shutdown in progress"));
        ended(rig, talk, "backend-closed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesThatAnswerNothing(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.server().send(ok(1));
        talk.client().expectError(0, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesBehindAReply(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ask(Packets.ping());
        talk.server().send(join(ok(1), ok(2)));
        talk.client().expect(ok(1)).expectError(0, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aGoodbyeTooShortToBeOne(int length) {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.server().send(packet(0, part(bytes(0xff, 1), 0, length)));
        talk.client().expectError(0, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    // --- the server breaks the protocol -----------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplyOutOfSequence(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT 1"));
        talk.server().send(ok(7));
        talk.client().expectError(1, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplyThatLosesItsSequenceOnTheWay(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT 1"));
        talk.answer(join(packet(1, 1), column(2)));
        // the good packet of this chunk was not passed on, so the error takes its place
        talk.server().send(join(eof(3, 2), packet(9, 1, 'x')));
        talk.client().expectError(3, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void aReplyThatIsNoReply() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(Packets.ping());
        talk.server().send(packet(1, ascii("What?")));
        talk.client().expectError(1, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    @Test
    void anEmptyPacketInPlaceOfAReply() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT 1"));
        talk.server().send(packet(1));
        talk.client().expectError(1, 1105);
        ended(rig, talk, "backend-protocol-violation");
    }

    // --- the client breaks it ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCommandOutOfSequence(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.client().send(packet(3, 0x0e));
        talk.client().expectError(4, 1835);
        ended(rig, talk, "client-protocol-violation");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEmptyCommand(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.client().send(packet(0));
        talk.client().expectError(1, 1835);
        ended(rig, talk, "client-protocol-violation");
    }

    @Test
    void aWaitingCommandIsCheckedWhenItsTurnComes() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(Packets.ping(), packet(2, 0x0e));
        talk.server().expect(Packets.ping());
        talk.answer(ok(1));
        talk.client().expectError(3, 1835);
        ended(rig, talk, "client-protocol-violation");
    }

    @Test
    void anAnswerOutOfSequenceDuringChangeUser() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(command(0x11, ascii("other"), bytes(0, 0, 0)));
        talk.answer(packet(1, join(bytes(0xfe), ascii("dialog"), bytes(0))));
        talk.client().send(packet(5, Packets.SCRAMBLE));
        talk.client().expectError(6, 1835);
        ended(rig, talk, "client-protocol-violation");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clientLeavesWhileItsCommandRuns(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT SLEEP(1000)"));
        talk.client().close();
        talk.server().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-lost");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clientIsResetInsideItsCommand(boolean watched) {
        Rig rig = rig(watched);
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(part(query("SELECT 1"), 0, 9));
        eventually().until(() -> talk.session().stateWord().equals("reading-query"));
        talk.client().reset();
        talk.server().drain();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-lost");
    }
}
