package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MAX;
import static dev.mysqlproxy.core.session.Packets.column;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.listener.Compression.Method;
import io.netty.channel.Channel;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A side that does not read stops the reads from the other side; what is in between has a limit. */
class BackpressureTest extends ProxyTest {

    private static final int SMALL_BUFFER = 16 * 1024;
    /** The high-water mark, and what one read loop may add before it is noticed. */
    private static final long MOST_PENDING = 256 * 1024 + 16 * 64 * 1024;
    /**
     * Blocks of 60 kB that are more than the sockets on the way hold, of which a receive buffer that Linux sizes grows
     * to 32 MB: what has been sent in whole proves nothing.
     */
    private static final int MORE_THAN_SOCKETS_HOLD = 1000;

    /** Whether nothing is read from the one any more because the other does not read; checks what is in between. */
    private static boolean stuck(Channel from, Channel to) {
        return from.eventLoop()
                .submit(() -> {
                    long pending = to.unsafe().outboundBuffer().totalPendingWriteBytes();
                    assertThat(pending).isLessThan(MOST_PENDING);
                    return !from.config().isAutoRead() && !to.isWritable() && pending >= 64 * 1024;
                })
                .syncUninterruptibly()
                .getNow();
    }

    private static byte[] bigReply(int rows) {
        byte[] row = new byte[60 * 1024];
        new Random(1).nextBytes(row);
        row[0] = 1;
        byte[][] parts = new byte[rows + 2][];
        parts[0] = join(packet(1, 1), column(2), eof(3, 2));
        for (int i = 0; i < rows; i++) {
            parts[i + 1] = packet(4 + i, row);
        }
        parts[rows + 1] = eof(4 + rows, 2);
        return join(parts);
    }

    private Talk slowTalk(Rig rig) {
        backend.receiveBuffer(SMALL_BUFFER);
        FakeClient client = rig.connect(SMALL_BUFFER);
        Peer server = backend.accept();
        Session session = rig.newest();
        server.send(Packets.greeting(CLASSIC));
        client.packet();
        client.logIn(CLASSIC);
        server.packet();
        server.send(ok(2));
        client.expect(ok(2));
        return new Talk(client, server, session);
    }

    @Test
    void aClientThatDoesNotRead() {
        Talk talk = slowTalk(rig());
        talk.ask(query("SELECT everything"));
        byte[] reply = bigReply(MORE_THAN_SOCKETS_HOLD);
        Channel toClient = talk.session().client();
        Channel toServer = talk.session().link().channel();
        CompletableFuture<Peer> sent = talk.server().sendAside(reply);
        eventually().until(() -> stuck(toServer, toClient));
        assertThat(sent).isNotDone();
        talk.client().expectLong(reply);
        sent.join();
        assertThat(toServer.config().isAutoRead()).isTrue();
        talk.ping();
    }

    @Test
    void aServerThatDoesNotRead() {
        Talk talk = slowTalk(rig());
        byte[] payload = new byte[3 * MAX];
        payload[0] = 3;
        byte[] command = packet(0, payload);
        Channel toClient = talk.session().client();
        Channel toServer = talk.session().link().channel();
        CompletableFuture<Peer> sent = talk.client().sendAside(command);
        eventually().until(() -> stuck(toClient, toServer));
        assertThat(sent).isNotDone();
        talk.server().expectLong(command);
        sent.join();
        assertThat(toClient.config().isAutoRead()).isTrue();
        talk.answer(ok(4)).ping();
    }

    /** Behind TLS and compression as well: what one read makes of little is held back too. */
    private Talk slowTalk(Hops hops) {
        Rig rig = rig(hops::settings);
        backend.receiveBuffer(SMALL_BUFFER);
        FakeClient client = rig.connect(SMALL_BUFFER);
        Talk talk = new Talk(client, backend.accept(), rig.newest());
        eventually().until(() -> talk.session().link() != null);
        return hops.logIn(talk, CLASSIC);
    }

    @ParameterizedTest
    @CsvSource({"ZLIB, ZSTD", "ZSTD, ZLIB", "ZLIB, ", ", ZSTD"})
    void aClientThatDoesNotReadBehindTlsAndCompression(Method client, Method server) {
        Talk talk = slowTalk(new Hops(true, true, client, server));
        talk.ask(query("SELECT everything"));
        byte[] reply = bigReply(MORE_THAN_SOCKETS_HOLD);
        Channel toClient = talk.session().client();
        Channel toServer = talk.session().link().channel();
        CompletableFuture<Peer> sent = talk.server().sendAside(reply);
        eventually().until(() -> stuck(toServer, toClient));
        assertThat(sent).isNotDone();
        talk.client().expectLong(reply);
        sent.join();
        eventually().until(() -> toServer.config().isAutoRead());
        talk.ping();
    }

    /** 32 MB that the server sends as a few kilobytes. */
    @Test
    void aReplyThatIsMuchMoreThanWasSent() {
        Talk talk = slowTalk(new Hops(true, true, null, Method.ZSTD));
        talk.ask(query("SELECT everything"));
        byte[][] packets = new byte[4][];
        packets[0] = join(packet(1, 1), column(2), eof(3, 2));
        for (int i = 1; i < 3; i++) {
            packets[i] = packet(3 + i, new byte[MAX - 1]);
        }
        packets[3] = eof(6, 2);
        byte[] reply = join(packets);
        Channel toClient = talk.session().client();
        Channel toServer = talk.session().link().channel();
        CompletableFuture<Peer> sent = talk.server().sendAside(reply);
        eventually().until(() -> stuck(toServer, toClient));
        talk.client().expectLong(reply);
        sent.join();
        talk.ping();
    }

    @ParameterizedTest
    @CsvSource({"ZLIB, ZSTD", "ZSTD, ZLIB", "ZLIB, ", ", ZSTD"})
    void aServerThatDoesNotReadAFileBehindTlsAndCompression(Method client, Method server) {
        Talk talk = slowTalk(new Hops(true, true, client, server));
        talk.ask(query("LOAD DATA LOCAL INFILE 'f' INTO TABLE t")).answer(packet(1, 0xfb, 'f'));
        byte[] block = new byte[60 * 1024];
        new Random(2).nextBytes(block);
        byte[][] parts = new byte[MORE_THAN_SOCKETS_HOLD + 1][];
        for (int i = 0; i < MORE_THAN_SOCKETS_HOLD; i++) {
            parts[i] = packet(2 + i, block);
        }
        parts[MORE_THAN_SOCKETS_HOLD] = packet(2 + MORE_THAN_SOCKETS_HOLD);
        byte[] file = join(parts);
        Channel toClient = talk.session().client();
        Channel toServer = talk.session().link().channel();
        CompletableFuture<Peer> sent = talk.client().sendAside(file);
        eventually().until(() -> stuck(toClient, toServer));
        assertThat(sent).isNotDone();
        talk.server().expectLong(file);
        sent.join();
        talk.answer(ok(3 + MORE_THAN_SOCKETS_HOLD)).ping();
    }

    @Test
    void aPipelineThatIsTooLong() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT 1"));
        byte[] flood = join(Collections.nCopies(2000, query("x".repeat(2000))).toArray(new byte[0][]));
        CompletableFuture<Peer> sent = talk.client().sendAside(flood);
        eventually().until(() -> !talk.session().client().config().isAutoRead());
        talk.answer(ok(1));
        for (int i = 0; i < 2000; i++) {
            talk.server().expectLong(query("x".repeat(2000)));
            talk.answer(ok(1));
        }
        sent.join();
        assertThat(talk.session().client().config().isAutoRead()).isTrue();
        talk.ping();
    }

    @Test
    void aClientThatLeavesWithoutReading() {
        Rig rig = rig();
        Talk talk = slowTalk(rig);
        talk.ask(query("SELECT everything"));
        Channel toServer = talk.session().link().channel();
        CompletableFuture<Peer> sent = talk.server().sendAside(bigReply(MORE_THAN_SOCKETS_HOLD));
        eventually().until(() -> !toServer.config().isAutoRead());
        talk.client().reset();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-lost");
        sent.handle((peer, error) -> error).join();
        talk.server().drain();
    }

    @Test
    void aServerThatLeavesBeforeItsClientHasRead() {
        Rig rig = rig();
        Talk talk = slowTalk(rig);
        talk.ask(query("SELECT everything"));
        byte[] reply = bigReply(200);
        CompletableFuture<Peer> sent = talk.server().sendAside(reply).thenApply(peer -> {
            peer.close();
            return peer;
        });
        Channel toServer = talk.session().link().channel();
        eventually().until(() -> !toServer.config().isAutoRead());
        talk.client().expectLong(reply);
        sent.join();
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-closed");
    }
}
