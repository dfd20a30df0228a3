package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.Processes;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Accounts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Results and files much larger than the proxy's memory pass through it. {@code -Dit.streaming.megabytes} sets how
 * large; nothing of it touches a disk on this side.
 */
class StreamingIT {
    private static final int MEGABYTES = Integer.getInteger("it.streaming.megabytes", 1024);
    private static final int MEGABYTE = 1 << 20;

    /** What a proxy with a heap of 64 MiB may come to need on top, in bytes, however large a reply. */
    private static final long MORE_MEMORY = 160L << 20;

    private static ProxyProcess proxy;
    private static long memory;

    @BeforeAll
    static void start() {
        proxy = ProxyProcess.with()
                .backend(SharedServers.preferred())
                .javaOptions("-Xmx64m")
                .start();
        login().close();
        memory = Processes.memory(proxy.pid());
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    private static RawClient login() {
        return RawClient.login(
                ProxyProcess.HOST,
                proxy.port(),
                Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD)
                        .schema(Accounts.DATABASE)
                        .wanting(Flags.CLASSIC));
    }

    private static void assertMemoryIsBounded() {
        assertThat(Processes.peakMemory(proxy.pid()) - memory).isLessThan(MORE_MEMORY);
        assertThat(proxy.isAlive()).isTrue();
        assertThat(proxy.log().mark().complaints()).isEmpty();
    }

    @Test
    void result() {
        try (RawClient client = login()) {
            // rows of 256 KiB, which the server makes as it goes
            long rows = 4L * MEGABYTES;
            client.query("SET SESSION " + (isMariaDb(client) ? "max_recursive_iterations" : "cte_max_recursion_depth")
                            + " = 1000000")
                    .ok();
            client.send(
                    Command.COM_QUERY,
                    client.queryArguments(
                            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + rows
                                    + ") SELECT REPEAT('r', 262144) FROM n",
                            Map.of()));
            client.wire().skip();
            client.wire().skip();
            client.wire().skip();
            long bytes = 0;
            int length = client.wire().skip();
            while (length > 9) {
                bytes += length;
                length = client.wire().skip();
            }
            assertThat(bytes).isEqualTo(rows * (262144 + 4));
            assertThat(client.query("SELECT 1 AS one").value()).isEqualTo("1");
        }
        assertMemoryIsBounded();
    }

    private static boolean isMariaDb(RawClient client) {
        return client.greeting().serverVersion().contains("MariaDB");
    }

    @Test
    void oneValue() {
        int length = Math.min(256, MEGABYTES) * MEGABYTE;
        try (RawClient client = login()) {
            client.send(Command.COM_QUERY, client.queryArguments("SELECT REPEAT('v', " + length + ")", Map.of()));
            client.wire().skip();
            client.wire().skip();
            client.wire().skip();
            long bytes = 0;
            int part = Wire.MAX_PAYLOAD;
            while (part == Wire.MAX_PAYLOAD) {
                part = client.wire().skip();
                bytes += part;
            }
            assertThat(bytes).isEqualTo(length + 9L);
            client.wire().skip();
            assertThat(client.query("SELECT 1 AS one").value()).isEqualTo("1");
        }
        assertMemoryIsBounded();
    }

    @Test
    void localInfile() {
        try (RawClient client = login()) {
            client.unrecorded("DROP TABLE IF EXISTS streamed");
            client.query("CREATE TABLE streamed (length INT)").ok();
            client.send(
                    Command.COM_QUERY,
                    client.queryArguments(
                            "LOAD DATA LOCAL INFILE 'generated' INTO TABLE streamed (@line) SET length = LENGTH(@line)",
                            Map.of()));
            assertThat(client.read().first()).isEqualTo(0xfb);
            byte[] lines = lines();
            byte[] packet = Wire.framed(0, lines);
            for (int i = 0; i < MEGABYTES; i++) {
                packet[3] = (byte) (2 + i);
                client.wire().raw(packet);
            }
            client.wire().write((2 + MEGABYTES) & 0xff, new byte[0]);
            Packet end = client.read();
            assertThat(end.isErr()).as(end.toString()).isFalse();
            assertThat(client.query("SELECT CONCAT(COUNT(*), ' ', SUM(length)) AS n FROM streamed")
                            .value())
                    .isEqualTo(4L * MEGABYTES + " " + (long) MEGABYTES * (MEGABYTE - 4));
            client.query("DROP TABLE streamed").ok();
        }
        assertMemoryIsBounded();
    }

    /** A megabyte of four lines. */
    private static byte[] lines() {
        byte[] bytes = Bytes.filled(MEGABYTE, 'l');
        for (int end = MEGABYTE / 4; end <= MEGABYTE; end += MEGABYTE / 4) {
            bytes[end - 1] = '\n';
        }
        return bytes;
    }

    @Test
    void longCommand() {
        int length = Math.min(128, MEGABYTES) * MEGABYTE;
        try (RawClient client = login()) {
            byte[] start = "\u0003SELECT LENGTH('".getBytes(StandardCharsets.US_ASCII);
            byte[] end = "') AS n".getBytes(StandardCharsets.US_ASCII);
            byte[] part = Bytes.filled(Wire.MAX_PAYLOAD, 'c');
            System.arraycopy(start, 0, part, 0, start.length);
            int left = length + start.length + end.length;
            int sequence = 0;
            for (; left > Wire.MAX_PAYLOAD + end.length; left -= Wire.MAX_PAYLOAD) {
                client.wire().raw(new byte[] {-1, -1, -1, (byte) sequence++});
                client.wire().raw(part);
                part[0] = 'c';
                Arrays.fill(part, 0, start.length, (byte) 'c');
            }
            byte[] last = Bytes.filled(left, 'c');
            System.arraycopy(end, 0, last, left - end.length, end.length);
            client.wire().write(sequence++, last);
            assertThat(client.answer(Command.COM_QUERY, sequence & 0xff).value())
                    .isEqualTo("" + length);
        }
        assertMemoryIsBounded();
    }
}
