package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands and replies go through unchanged, and the end of each reply is recognised. */
class CommandRelayTest extends ProxyTest {

    static Stream<Capabilities> hops() {
        return Stream.of(CLASSIC, MODERN.without(new Capabilities(Capabilities.QUERY_ATTRIBUTES)));
    }

    private static void run(Talk talk, List<Dialogue> dialogues) {
        for (Dialogue dialogue : dialogues) {
            talk.ask(dialogue.request()).answer(dialogue.reply());
            eventually()
                    .alias("idle after " + dialogue)
                    .until(() -> talk.session().stateWord().equals("idle"));
        }
        talk.ping();
    }

    @ParameterizedTest
    @MethodSource("hops")
    void repliesOfEveryShape(Capabilities hop) {
        Rig rig = rig();
        Talk talk = rig.logIn(hop);
        for (int size : new int[] {64 * 1024, 1, 2, 3, 5, 7}) {
            rig.fromClient.of(size);
            rig.fromBackend.of(size);
            run(talk, Dialogue.all(hop));
        }
    }

    @ParameterizedTest
    @MethodSource("hops")
    void repliesOfEveryShapeWhenAHookWatches(Capabilities hop) {
        QueryCompletedHook watcher = (session, command, summary) -> {};
        Rig rig = rig(settings -> settings.hook(watcher));
        Talk talk = rig.logIn(hop);
        for (int size : new int[] {64 * 1024, 1, 3}) {
            rig.fromClient.of(size);
            rig.fromBackend.of(size);
            run(talk, Dialogue.all(hop));
        }
    }

    @ParameterizedTest
    @MethodSource("hops")
    void cutAtEveryByte(Capabilities hop) {
        Rig rig = rig();
        Talk talk = rig.logIn(hop);
        for (Dialogue dialogue : Dialogue.all(hop)) {
            int longest = Math.max(dialogue.request().length, dialogue.reply().length);
            for (int at = 1; at < longest; at++) {
                rig.fromClient.first(at);
                talk.ask(dialogue.request());
                rig.fromBackend.first(at);
                talk.answer(dialogue.reply());
            }
        }
        talk.ping();
    }

    @Test
    void aPipelineIsAnsweredOneByOne() {
        Talk talk = rig().logIn(CLASSIC);
        talk.client().send(join(Packets.query("SELECT 1"), Packets.ping(), Packets.query("SELECT 2"), Packets.ping()));
        talk.server().expect(Packets.query("SELECT 1"));
        talk.answer(Packets.resultSet(CLASSIC, "1"));
        talk.server().expect(Packets.ping());
        talk.answer(ok(1));
        talk.server().expect(Packets.query("SELECT 2"));
        talk.answer(Packets.resultSet(CLASSIC, "2"));
        talk.server().expect(Packets.ping());
        talk.answer(ok(1)).ping();
    }

    @Test
    void commandsWithoutRepliesGoThroughAtOnce() {
        Talk talk = rig().logIn(CLASSIC);
        byte[] close = command(0x19, bytes(1, 0, 0, 0));
        byte[] data = command(0x18, bytes(2, 0, 0, 0, 0, 0), ascii("long data"));
        talk.client().send(join(close, data, close, Packets.ping()));
        talk.server().expect(close, data, close, Packets.ping());
        talk.answer(ok(1));
    }

    @Test
    void aPipelineMayBeCutAnywhere() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        byte[] pipeline = join(Packets.ping(), command(0x19, bytes(1, 0, 0, 0)), Packets.query("DO 1"));
        for (int at = 1; at < pipeline.length; at++) {
            rig.fromClient.first(at);
            talk.client().send(pipeline);
            talk.server().expect(Packets.ping());
            talk.answer(ok(1));
            talk.server().expect(part(pipeline, Packets.ping().length, pipeline.length));
            talk.answer(ok(1));
        }
    }

    @Test
    void changeUserWithRounds() {
        Talk talk = rig().logIn(CLASSIC);
        byte[] change = command(0x11, ascii("other"), bytes(0, 0), ascii("library"), bytes(0, 45, 0));
        byte[] again = packet(1, join(bytes(0xfe), ascii("caching_sha2_password"), bytes(0), Packets.NONCE, bytes(0)));
        talk.ask(change).answer(again);
        talk.ask(packet(2, Packets.SCRAMBLE));
        talk.answer(packet(3, 1, 4)).ask(packet(4, 2));
        talk.answer(packet(5, join(bytes(1), ascii("a key")))).ask(packet(6, ascii("encrypted")));
        talk.answer(ok(7)).ping();
        assertThat(talk.session().user()).contains("other");
        assertThat(talk.session().schema()).contains("library");
    }

    @Test
    void changeUserRefused() {
        Talk talk = rig().logIn(CLASSIC);
        byte[] change = command(0x11, ascii("other"), bytes(0, 0), ascii("library"), bytes(0, 45, 0));
        talk.ask(change).answer(Packets.err(1, 1045, "Access denied")).ping();
        assertThat(talk.session().user()).contains("app");
        assertThat(talk.session().schema()).contains("shop");
    }

    @Test
    void theDefaultSchemaIsKnown() {
        Talk talk = rig().logIn(MODERN);
        talk.ask(command(0x02, ascii("library"))).answer(ok(1)).ping();
        assertThat(talk.session().schema()).contains("library");
        byte[] tracked = packet(1, join(bytes(0, 0, 0, 2, 0x40, 0, 0, 0, 6, 1, 4, 3), ascii("zoo")));
        talk.ask(Packets.modernQuery("USE zoo")).answer(tracked).ping();
        assertThat(talk.session().schema()).contains("zoo");
    }

    @Test
    void anUnknownCommandEndsWithTheNextOne() {
        Talk talk = rig().logIn(CLASSIC);
        byte[] unknown = command(0x7b, ascii("what is this?"));
        talk.ask(unknown).answer(join(packet(1, ascii("no")), packet(2, ascii("idea"))));
        talk.ping();
        talk.ask(unknown).answer(ok(1));
        talk.ping();
        talk.ask(unknown).answer(Packets.err(1, 1047, "Unknown command")).ping();
    }

    @Test
    void anUnknownCommandMayBeAConversation() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        byte[] unknown = command(0x7b, ascii("let us talk"));
        for (int size : new int[] {64 * 1024, 1}) {
            rig.fromClient.of(size);
            rig.fromBackend.of(size);
            talk.ask(unknown).answer(packet(1, ascii("about what?")));
            talk.ask(packet(2, ascii("nothing"))).answer(packet(3, ascii("fine")));
            talk.ping();
        }
    }

    @Test
    void aBinlogStreamGoesBothWaysUntilTheServerEndsIt() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        byte[] dump = command(0x12, bytes(4, 0, 0, 0, 0, 0, 1, 0, 0, 0), ascii("binlog.1"));
        for (int size : new int[] {64 * 1024, 1, 3}) {
            rig.fromClient.of(size);
            rig.fromBackend.of(size);
            talk.ask(dump).answer(packet(1, join(bytes(0), ascii("event 1"))));
            talk.answer(packet(2, join(bytes(0), ascii("event 2"))));
            // a semi-synchronous replica acknowledges with packets of its own
            talk.ask(packet(0, 0xef, 4, 0, 0, 0, 0, 0, 0, 0, 'b'));
            talk.answer(packet(3, join(bytes(0), ascii("event 3"))));
            talk.ask(packet(0, 0xef, 5, 0, 0, 0, 0, 0, 0, 0, 'b'));
            talk.answer(eof(4, 0)).ping();
        }
    }

    @Test
    void aBinlogStreamMayEndWithAnError() {
        Talk talk = rig().logIn(CLASSIC);
        talk.ask(command(0x1e, bytes(0, 0))).answer(packet(1, 0, 1, 2, 3));
        talk.answer(Packets.err(2, 1236, "Could not find first log file name in binary log index file"))
                .ping();
    }

    @Test
    void aCloneIsATunnel() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(command(0x20)).answer(ok(1));
        byte[] anything = ascii("not one packet of MySQL");
        talk.ask(anything).answer(anything);
        talk.ask(anything).answer(anything);
        assertThat(talk.session().stateWord()).isEqualTo("tunnel");
        talk.server().close();
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-closed");
    }

    @Test
    void quit() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(Packets.quit());
        talk.server().close();
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-quit");
    }

    @Test
    void quitOfAClientThatDoesNotWait() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(Packets.quit()).close();
        talk.server().expect(Packets.quit());
        talk.server().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-quit");
    }

    @Test
    void manySessionsAtOnce() {
        Rig rig = rig();
        List<Talk> talks = Stream.generate(() -> rig.logIn(CLASSIC)).limit(20).toList();
        talks.forEach(talk ->
                talk.client().send(Packets.query("SELECT " + talk.session().id())));
        talks.forEach(talk -> {
            talk.server().expect(Packets.query("SELECT " + talk.session().id()));
            talk.answer(Packets.resultSet(CLASSIC, "" + talk.session().id()));
        });
        assertThat(rig.connectedClients()).isEqualTo(20);
    }
}
