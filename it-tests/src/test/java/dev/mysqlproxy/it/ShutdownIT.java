package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.Ports;
import dev.mysqlproxy.it.proxy.Processes;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Accounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of the process, and its signals. */
class ShutdownIT {
    private static final String GOODBYE = "\\(message\\) shutting down normally, exit code is: 0$";

    @TempDir
    Path folder;

    private static ProxyProcess start(String... options) {
        return ProxyProcess.with()
                .backend(SharedServers.preferred())
                .options(options)
                .start();
    }

    private static RawClient login(ProxyProcess proxy) {
        return RawClient.login(
                ProxyProcess.HOST,
                proxy.port(),
                Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE));
    }

    private static void send(RawClient client, String sql) {
        client.send(Command.COM_QUERY, client.queryArguments(sql, Map.of()));
    }

    private static void awaitState(ProxyProcess proxy, String state) {
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(proxy.sessions())
                        .anySatisfy(row -> assertThat(row).containsEntry("state", state)));
    }

    private static void awaitClosed(int port) {
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !Ports.isTaken(port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void letsThemFinish(String signal) {
        try (ProxyProcess proxy = start();
                RawClient idle = login(proxy);
                RawClient running = login(proxy);
                RawClient inTransaction = login(proxy);
                RawClient sending = login(proxy)) {
            inTransaction.unrecorded("DROP TABLE IF EXISTS ending");
            inTransaction.query("CREATE TABLE ending (id INT PRIMARY KEY)").ok();
            inTransaction.query("BEGIN").ok();
            inTransaction.query("INSERT INTO ending VALUES (1)").ok();
            send(running, "SELECT SLEEP(1) AS slept");
            byte[] ping = Wire.framed(0, new byte[] {Command.COM_PING});
            sending.wire().raw(new byte[] {ping[0], ping[1]});
            awaitState(proxy, "running");
            awaitState(proxy, "idle-in-transaction");
            LogFile.Mark mark = proxy.log().mark();

            proxy.signal(signal);

            awaitClosed(proxy.port());
            assertThat(idle.wire().readToEnd()).isEmpty();
            // the transaction goes on, and is the last to end
            inTransaction.query("INSERT INTO ending VALUES (2)").ok();
            assertThat(running.answer(Command.COM_QUERY, 1).value()).isEqualTo("0");
            running.wire().readToEnd();
            sending.wire().raw(new byte[] {ping[2], ping[3], ping[4]});
            assertThat(sending.answer(Command.COM_PING, 1).isError()).isFalse();
            sending.wire().readToEnd();
            assertThat(proxy.isAlive()).isTrue();
            inTransaction.query("COMMIT").ok();
            inTransaction.wire().readToEnd();

            assertThat(proxy.awaitExit()).isZero();
            assertThat(mark.complaints()).isEmpty();
            assertThat(proxy.log().matching(GOODBYE)).hasSize(1);
        }
        try (ProxyProcess proxy = start();
                RawClient client = login(proxy)) {
            assertThat(client.query("SELECT COUNT(*) AS n FROM ending").value()).isEqualTo("2");
            client.query("DROP TABLE ending").ok();
        }
    }

    @Test
    void doesNotWaitForEver() {
        try (ProxyProcess proxy = start("--shutdown-timeout=1");
                RawClient running = login(proxy);
                RawClient inTransaction = login(proxy)) {
            inTransaction.query("BEGIN").ok();
            send(running, "SELECT SLEEP(60)");
            awaitState(proxy, "running");
            proxy.signal("TERM");
            for (RawClient client : List.of(running, inTransaction)) {
                assertThat(Reply.errorText(client.read())).startsWith("1053 #08S01");
                client.wire().readToEnd();
            }
            assertThat(proxy.awaitExit()).isZero();
            assertThat(proxy.log().matching("closing sessions that did not end in time"))
                    .hasSize(1);
            assertThat(proxy.log().matching(GOODBYE)).hasSize(1);
        }
    }

    @Test
    void secondSignalEndsAtOnce() {
        try (ProxyProcess proxy = start("--shutdown-timeout=3600");
                RawClient running = login(proxy)) {
            send(running, "SELECT SLEEP(60)");
            awaitState(proxy, "running");
            proxy.signal("TERM");
            awaitClosed(proxy.port());
            assertThat(proxy.isAlive()).isTrue();
            proxy.signal("TERM");
            assertThat(Reply.errorText(running.read())).startsWith("1053 #08S01");
            assertThat(proxy.awaitExit()).isZero();
        }
    }

    /** Also where whoever started it has it ignore HUP, which nohup does for the sake of programs that would end. */
    @ParameterizedTest
    @CsvSource({"env, USR1", "nohup, HUP"})
    void hangupReopensTheLog(String starter, String signal) throws IOException {
        Path file = folder.resolve("proxy.log");
        try (ProxyProcess proxy = ProxyProcess.with()
                .by(starter)
                .backend(SharedServers.preferred())
                .options("--log-file=" + file, "--pid-file=" + folder.resolve("pid"))
                .launch()) {
            LogFile log = new LogFile(file);
            int port = Integer.parseInt(log.await("proxy listening on port .*:(\\d+)$"));
            log.await("admin-server listening on port");
            Path moved = folder.resolve("proxy.log.1");
            Files.move(file, moved);
            proxy.signal(signal);
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                // it writes as soon as there is something to say
                try (Wire wire = Wire.connect(ProxyProcess.HOST, port)) {
                    wire.read();
                    wire.write(7, new byte[] {1, 2, 3});
                    wire.readToEnd();
                }
                return !log.matching("client-protocol-violation").isEmpty();
            });
            assertThat(new LogFile(moved).matching("listening on port")).hasSize(2);
            assertThat(proxy.stop()).isZero();
            assertThat(log.matching(GOODBYE)).hasSize(1);
            assertThat(folder.resolve("pid")).doesNotExist();
        }
    }

    @Test
    void comesBackAfterACrash() throws IOException {
        Path file = folder.resolve("proxy.log");
        Path pidFile = folder.resolve("pid");
        int port = Ports.free();
        try (ProxyProcess angel = ProxyProcess.with()
                .backend(SharedServers.preferred())
                .plugins("proxy")
                .addresses("127.0.0.1:" + port)
                .options("--keepalive", "--log-file=" + file, "--pid-file=" + pidFile)
                .launch()) {
            LogFile log = new LogFile(file);
            log.await("proxy listening on port");
            await().until(() ->
                    Files.exists(pidFile) && !Files.readString(pidFile).isBlank());
            long worker = Long.parseLong(Files.readString(pidFile).strip());
            assertThat(worker).isNotEqualTo(angel.pid());
            Processes.signal(worker, "KILL");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> log.matching("proxy listening on port").size() == 2 && Ports.isTaken(port));
            await().until(() -> Long.parseLong(Files.readString(pidFile).strip()) != worker);
            RawClient.login("127.0.0.1", port, Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD))
                    .close();
            assertThat(angel.stop()).isZero();
            awaitClosed(port);
            assertThat(log.matching(GOODBYE)).isNotEmpty();
        }
    }
}
