package dev.mysqlproxy.protocol.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.codec.CommandScanner;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a MySQL server and its client really send: five statements in one text, whose results have plain sequence ids
 * that begin anew at each flush, and a file.
 */
class CapturedPacketsTest {

    private static final Capabilities NEGOTIATED = new Capabilities(Capabilities.PROTOCOL_41
            | Capabilities.DEPRECATE_EOF
            | Capabilities.SESSION_TRACK
            | Capabilities.MULTI_STATEMENTS
            | Capabilities.MULTI_RESULTS
            | Capabilities.LOCAL_FILES);

    private final List<byte[]> client = new ArrayList<>();
    private final List<byte[]> server = new ArrayList<>();

    private void load(Codec codec) {
        String name = codec.name().toLowerCase(Locale.ROOT) + ".txt";
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(getClass().getResourceAsStream(name)), StandardCharsets.UTF_8))) {
            in.lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> (line.startsWith(">") ? client : server)
                            .add(HexFormat.of().parseHex(line.substring(2))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void packetIdsGoOnInBothDirections(Codec codec) {
        load(codec);
        try (CompressedReader fromClient = codec.reader();
                CompressedReader fromServer = codec.reader()) {
            byte[] command = Codec.read(fromClient, Codec.heap(client.get(0), 0, client.get(0).length));
            assertThat(new String(command, StandardCharsets.UTF_8)).contains("load data local infile 'two.txt'");
            assertThat(fromClient.sequence()).isZero();
            for (int i = 0; i < server.size(); i++) {
                Codec.read(fromServer, Codec.heap(server.get(i), 0, server.get(i).length));
                // the fifth is the file's
                assertThat(fromServer.sequence()).isEqualTo(i < 4 ? i + 1 : i + 2);
            }
            byte[] file = Codec.read(fromClient, Codec.heap(client.get(1), 0, client.get(1).length));
            assertThat(new String(file, StandardCharsets.UTF_8)).contains("1\tone\n2\ttwo\n");
            assertThat(fromClient.sequence()).isEqualTo(5);
        }
    }

    /** Plain ids of what a session reads from such a server, whatever is cut where. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 60, 1_000_000})
    void plainIdsAreMadeToFollowEachOther(int step) {
        load(Codec.ZSTD);
        List<Integer> ids = new ArrayList<>();
        ReplyTracker tracker = new ReplyTracker(NEGOTIATED);
        tracker.renumber(true);
        tracker.start(ReplyShape.RESULTS, 1);
        CommandScanner scanner = new CommandScanner();
        scanner.renumber(true);
        try (CompressedReader fromServer = Codec.ZSTD.reader();
                CompressedReader fromClient = Codec.ZSTD.reader()) {
            byte[] plain = new byte[0];
            for (int i = 0; i < server.size(); i++) {
                if (i == 4) {
                    assertThat(tracker.infileRequested()).isTrue();
                    scanner.startFile(tracker.nextSequence());
                    byte[] file = Codec.read(fromClient, Codec.heap(client.get(1), 0, client.get(1).length));
                    byte[] sent = scan(file, step, scanner::scan);
                    assertThat(scanner.ended()).isTrue();
                    plain = join(plain, sent);
                    tracker.infileSent(scanner.nextSequence());
                }
                byte[] reply = Codec.read(fromServer, Codec.heap(server.get(i), 0, server.get(i).length));
                plain = join(plain, scan(reply, step, tracker::scan));
            }
            ids(plain, ids);
        }
        assertThat(tracker.ended()).isTrue();
        assertThat(tracker.failed()).isFalse();
        assertThat(ids).hasSize(23);
        for (int i = 0; i < ids.size(); i++) {
            assertThat(ids.get(i)).isEqualTo(i + 1);
        }
    }

    /** Scans in steps and gives the bytes back as the scan left them. */
    private static byte[] scan(byte[] bytes, int step, ToIntFunction<ByteBuf> scanner) {
        byte[] after = new byte[bytes.length];
        for (int at = 0; at < bytes.length; at += step) {
            int end = Math.min(bytes.length, at + step);
            ByteBuf chunk = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes, at, end - at);
            assertThat(scanner.applyAsInt(chunk)).isEqualTo(end - at);
            chunk.readBytes(after, at, end - at).release();
        }
        return after;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static void ids(byte[] plain, List<Integer> ids) {
        for (int at = 0; at < plain.length; ) {
            ids.add(plain[at + 3] & 0xff);
            at += 4 + (plain[at] & 0xff | (plain[at + 1] & 0xff) << 8 | (plain[at + 2] & 0xff) << 16);
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void withoutThatTheyAreAViolation(Codec codec) {
        load(codec);
        ReplyTracker tracker = new ReplyTracker(NEGOTIATED);
        tracker.start(ReplyShape.RESULTS, 1);
        try (CompressedReader fromServer = codec.reader()) {
            byte[] first = Codec.read(fromServer, Codec.heap(server.get(0), 0, server.get(0).length));
            scan(first, first.length, tracker::scan);
            byte[] second = Codec.read(fromServer, Codec.heap(server.get(1), 0, server.get(1).length));
            ByteBuf chunk = Codec.heap(second, 0, second.length);
            assertThatThrownBy(() -> tracker.scan(chunk))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("sequence id 2 where 5 was due");
            chunk.release();
        }
    }
}
