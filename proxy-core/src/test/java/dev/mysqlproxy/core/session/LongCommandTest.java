package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MAX;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.column;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.hook.QueryCompletedHook;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands, files and rows over 16 MiB, and what can happen while they are on their way. */
class LongCommandTest extends ProxyTest {

    private static final QueryCompletedHook WATCHER = (session, command, summary) -> {};

    /** A COM_QUERY payload of so many bytes. */
    private static byte[] insert(int length) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'x');
        payload[0] = 3;
        return payload;
    }

    @ParameterizedTest
    @ValueSource(ints = {MAX - 1, MAX, MAX + 1, 2 * MAX, 2 * MAX + 5})
    void aCommandOfSeveralPackets(int length) {
        Talk talk = rig().logIn(CLASSIC);
        byte[] command = packet(0, insert(length));
        CompletableFuture<Peer> sent = talk.client().sendAside(command);
        talk.server().expectLong(command);
        sent.join();
        talk.answer(ok(1 + length / MAX)).ping();
    }

    @Test
    void aWatchedCommandOfSeveralPackets() {
        Talk talk = rig(settings -> settings.hook(WATCHER)).logIn(CLASSIC);
        byte[] command = packet(0, insert(MAX + 5));
        CompletableFuture<Peer> sent = talk.client().sendAside(command);
        talk.server().expectLong(command);
        sent.join();
        talk.answer(ok(2)).ping();
    }

    @Test
    void aLostAnswerToACommandOfSeveralPackets() {
        Talk talk = rig(settings -> settings.hook(WATCHER)).logIn(CLASSIC);
        byte[] command = packet(0, insert(2 * MAX + 5));
        CompletableFuture<Peer> sent = talk.client().sendAside(command);
        talk.server().expectLong(command);
        sent.join();
        talk.server().close();
        talk.client().expectError(3, 1158);
        talk.client().expectEnd();
    }

    @Test
    void aSecondPacketOutOfSequence() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        byte[] command = packet(0, insert(MAX + 5));
        command[MAX + 4 + 3] = 9;
        CompletableFuture<Peer> sent = talk.client().sendAside(command);
        talk.server().drain();
        sent.join();
        talk.client().expectError(1, 1835);
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-protocol-violation");
    }

    @ParameterizedTest
    @ValueSource(ints = {MAX, MAX + 1})
    void aRowOfSeveralPackets(int length) {
        Talk talk = rig().logIn(CLASSIC).ask(query("SELECT c"));
        byte[] row = new byte[length];
        System.arraycopy(bytes(0xfe, length - 9, length - 9 >> 8, length - 9 >> 16, 0, 0, 0, 0, 0), 0, row, 0, 9);
        byte[] reply = join(packet(1, 1), column(2), eof(3, 2), packet(4, row), eof(6, 2));
        CompletableFuture<Peer> sent = talk.server().sendAside(reply);
        talk.client().expectLong(reply);
        sent.join();
        talk.ping();
    }

    // --- files ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFile(boolean watched) {
        Rig rig = rig(settings -> {
            if (watched) {
                settings.hook(WATCHER);
            }
        });
        Talk talk = rig.logIn(CLASSIC);
        for (int size : new int[] {64 * 1024, 1, 3}) {
            rig.fromClient.of(size);
            rig.fromBackend.of(size);
            talk.ask(query("LOAD DATA LOCAL")).answer(packet(1, join(bytes(0xfb), ascii("data.csv"))));
            eventually().until(() -> talk.session().stateWord().equals("local-infile"));
            talk.ask(packet(2, ascii("1,one\n")));
            talk.ask(join(packet(3, ascii("2,two\n")), packet(4, ascii("3,three\n")), packet(5)));
            talk.answer(ok(6)).ping();
        }
    }

    @Test
    void aFileThatIsEmpty() {
        Talk talk = rig().logIn(CLASSIC);
        talk.ask(query("LOAD DATA LOCAL")).answer(packet(1, join(bytes(0xfb), ascii("data.csv"))));
        talk.ask(packet(2)).answer(err(3, 1290, "not allowed")).ping();
    }

    @Test
    void aFileThatTheNextCommandFollowsAtOnce() {
        Talk talk = rig().logIn(CLASSIC);
        talk.ask(query("LOAD DATA LOCAL")).answer(packet(1, join(bytes(0xfb), ascii("data.csv"))));
        talk.client().send(join(packet(2, ascii("1\n")), packet(3), Packets.ping()));
        talk.server().expect(packet(2, ascii("1\n")), packet(3));
        talk.answer(ok(4));
        talk.server().expect(Packets.ping());
        talk.answer(ok(1));
    }

    @Test
    void severalFilesInOneReply() {
        Talk talk = rig().logIn(CLASSIC);
        talk.ask(query("LOAD DATA LOCAL; LOAD DATA LOCAL")).answer(packet(1, join(bytes(0xfb), ascii("a"))));
        talk.ask(join(packet(2, ascii("1\n")), packet(3)));
        talk.answer(join(ok(4, Packets.AUTOCOMMIT | Packets.MORE_RESULTS), packet(5, join(bytes(0xfb), ascii("b")))));
        talk.ask(join(packet(6, ascii("2\n")), packet(7))).answer(ok(8)).ping();
    }

    /** The empty packet after a full one belongs to that one; only the next empty packet ends the file. */
    @Test
    void aFileWhosePacketIsFull() {
        Talk talk = rig().logIn(CLASSIC);
        talk.ask(query("LOAD DATA LOCAL")).answer(packet(1, join(bytes(0xfb), ascii("data.csv"))));
        byte[] data = packet(2, new byte[MAX]);
        CompletableFuture<Peer> sent = talk.client().sendAside(data);
        talk.server().expectLong(data);
        sent.join();
        eventually().until(() -> talk.session().stateWord().equals("local-infile"));
        talk.ask(packet(4, ascii("more"))).ask(packet(5)).answer(ok(6)).ping();
    }

    @Test
    void aFileOutOfSequence() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(query("LOAD DATA LOCAL")).answer(packet(1, join(bytes(0xfb), ascii("data.csv"))));
        talk.client().send(packet(7, ascii("1\n")));
        talk.client().expectEnd();
        talk.server().drain();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-protocol-violation");
    }

    // --- servers that do not wait for the end -----------------------------------------------------------------------

    @Test
    void anErrorBeforeTheEndOfTheCommand() {
        Talk talk = rig().logIn(CLASSIC);
        byte[] command = packet(0, insert(MAX + 1000));
        // a server that gave up after the first packet, and one that gave up after the second
        for (int sequence : new int[] {1, 2}) {
            CompletableFuture<Peer> sent = talk.client().sendAside(part(command, 0, MAX + 100));
            talk.server().expectLong(part(command, 0, MAX + 100));
            sent.join();
            talk.answer(err(sequence, 1153, "Got a packet bigger than 'max_allowed_packet' bytes"));
            talk.ask(part(command, MAX + 100, command.length)).ping();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anErrorBeforeTheEndOfTheCommandThenTheEnd(boolean watched) {
        Rig rig = rig(settings -> {
            if (watched) {
                settings.hook(WATCHER);
            }
        });
        Talk talk = rig.logIn(CLASSIC);
        byte[] command = part(packet(0, insert(2 * MAX)), 0, MAX + 1000);
        CompletableFuture<Peer> sent = talk.client().sendAside(command);
        talk.server().expectLong(command);
        sent.join();
        talk.server()
                .send(err(1, 1153, "Got a packet bigger than 'max_allowed_packet' bytes"))
                .close();
        // one error, not a second one for the lost connection
        talk.client().expectError(1, 1153);
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-closed");
    }

    @Test
    void anErrorInTheMiddleOfAFileThenTheEnd() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(query("LOAD DATA LOCAL")).answer(packet(1, join(bytes(0xfb), ascii("data.csv"))));
        talk.ask(join(packet(2, ascii("1\n")), packet(3, ascii("2\n"))));
        talk.answer(err(4, 1317, "Query execution was interrupted")).server().close();
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-closed");
    }

    @Test
    void theServerLeavesInTheMiddleOfACommand() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(part(query("SELECT 1"), 0, 9));
        talk.server().expect(part(query("SELECT 1"), 0, 9)).close();
        talk.client().expectError(1, 1158);
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-lost");
    }
}
