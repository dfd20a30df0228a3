package dev.mysqlproxy.it.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.PluginJar;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A jar dropped into {@code plugins/} while the proxy runs: clients in the middle of things notice nothing but its
 * hooks.
 */
class PluginLifeIT {

    private static final Login APP =
            Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE);
    private static final int COM_QUERY = 3;
    private static final int RELOADS = 50;
    private static final String LOADER = "org.pf4j.PluginClassLoader";

    @TempDir
    Path folder;

    @TempDir
    Path workshop;

    private TestServer server;
    private ProxyProcess proxy;
    private Path settings;
    private PluginJar lively;

    @BeforeEach
    void start() throws IOException {
        server = SharedServers.preferred();
        PluginJar.folderWithTheOthers(folder);
        lively = PluginJar.of("lively", "Lively");
        settings = Files.createFile(
                workshop.resolve("proxy.cnf"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        proxy = ProxyProcess.with()
                .backend(server)
                .options("--plugin-dir=" + folder, "--defaults-file=" + settings)
                .start();
    }

    @AfterEach
    void stop() {
        assertThat(proxy.stop()).isZero();
        proxy.close();
    }

    /** Puts an edition of the plugin into the folder, as a package manager would. */
    private void deliver(String edition) throws IOException {
        Path made = lively.entry("edition.txt", edition.getBytes(StandardCharsets.UTF_8))
                .as(workshop.resolve("lively.jar"));
        Files.move(
                made,
                folder.resolve("lively.jar"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private Reply operate(String statement) {
        try (RawClient admin = proxy.openAdmin()) {
            return admin.query(statement);
        }
    }

    private void done(String statement) {
        Reply reply = operate(statement);
        assertThat(reply.isError())
                .as("%s: %s", statement, reply.isError() ? reply.errorText() : "")
                .isFalse();
    }

    private RawClient client() {
        return RawClient.login(ProxyProcess.HOST, proxy.port(), APP);
    }

    private RawClient direct() {
        return RawClient.login(server.host(), server.port(), APP);
    }

    /** Begins a query that ends when somebody lets go of this lock. */
    private static void beginWaiting(RawClient client, String lock) {
        client.send(COM_QUERY, client.queryArguments("SELECT GET_LOCK('" + lock + "', 120) AS a", Map.of()));
    }

    private static void endWaiting(RawClient client, RawClient holder, String lock) {
        assertThat(holder.query("SELECT RELEASE_LOCK('" + lock + "') AS a").value())
                .isEqualTo("1");
        assertThat(client.answer(COM_QUERY, 1).value()).isEqualTo("1");
    }

    private long running() {
        return proxy.sessions().stream()
                .filter(session -> session.get("state").equals("running"))
                .count();
    }

    @Test
    void sessionsSurviveItsWholeLife() throws IOException {
        try (RawClient holder = direct();
                RawClient transaction = client();
                RawClient before = client();
                RawClient during = client()) {
            holder.query("SELECT GET_LOCK('life_before', 5)");
            holder.query("SELECT GET_LOCK('life_during', 5)");
            transaction
                    .query("CREATE TEMPORARY TABLE life (n INT) ENGINE=InnoDB")
                    .ok();
            transaction.query("BEGIN").ok();
            transaction.query("INSERT INTO life VALUES (1)").ok();
            beginWaiting(before, "life_before");
            await().until(() -> running() == 1);

            deliver("1");
            done("PLUGIN LOAD lively");
            assertThat(transaction.query("edition").value()).isEqualTo("1");
            assertThat(transaction.query("edition later").value()).isEqualTo("1");
            assertThat(transaction.query("SELECT 'injected' AS a").value()).isEqualTo("injected by 1");
            assertThat(transaction.query("seen").value()).isEqualTo("4");
            assertThat(operate("SELECT edition FROM lively").value()).isEqualTo("1");
            assertThat(operate("LIVELY HELLO").value()).isEqualTo("hello from 1");
            assertThat(proxy.admin("SHOW PLUGINS"))
                    .extracting(row -> row.get("name"))
                    .containsExactly("proxy", "admin", "lively");
            transaction.query("INSERT INTO life VALUES (2)").ok();
            beginWaiting(during, "life_during");
            await().until(() -> running() == 2);

            done("PLUGIN DISABLE lively");
            assertThat(transaction.query("edition").isError()).isTrue();
            done("PLUGIN ENABLE lively");
            assertThat(transaction.query("edition").value()).isEqualTo("1");

            deliver("bad");
            Reply refused = operate("PLUGIN RELOAD lively");
            assertThat(refused.isError()).isTrue();
            assertThat(refused.errorText()).contains("this edition of lively cannot be started");
            assertThat(transaction.query("edition").value()).isEqualTo("1");

            deliver("2");
            done("PLUGIN RELOAD lively");
            assertThat(transaction.query("edition").value()).isEqualTo("2");
            assertThat(transaction.query("SELECT 'injected' AS a").value()).isEqualTo("injected by 2");
            assertThat(transaction.query("seen").value())
                    .as("the new one begins without the old one's state")
                    .isEqualTo("3");
            assertThat(operate("SELECT edition FROM lively").value()).isEqualTo("2");
            assertThat(proxy.log().matching("lively 1 stops"))
                    .as("it has a query to see to")
                    .isEmpty();
            endWaiting(during, holder, "life_during");
            proxy.log().await("lively 1 saw the end of a long query");
            proxy.log().await("lively 1 stops");
            assertThat(proxy.log().matching("lively 2 saw")).isEmpty();

            done("PLUGIN UNLOAD lively");
            proxy.log().await("lively 2 stops");
            assertThat(transaction.query("edition").isError()).isTrue();
            assertThat(operate("SELECT edition FROM lively").isError()).isTrue();
            assertThat(operate("LIVELY HELLO").isError()).isTrue();
            assertThat(transaction.query("SELECT COUNT(*) AS a FROM life").value())
                    .isEqualTo("2");
            transaction.query("ROLLBACK").ok();
            assertThat(transaction.query("SELECT COUNT(*) AS a FROM life").value())
                    .isEqualTo("0");
            endWaiting(before, holder, "life_before");
            assertThat(proxy.log().matching("lively . saw the end")).hasSize(1);
        }
    }

    @Test
    void whatListensStays() {
        for (String name : List.of("proxy", "admin")) {
            for (String verb : List.of("UNLOAD", "RELOAD")) {
                assertThat(operate("PLUGIN " + verb + " " + name).errorText())
                        .contains("plugin " + name + " cannot be", "listens");
            }
        }
        assertThat(operate("PLUGIN LOAD nonesuch").errorText()).contains("there is no plugin nonesuch");
        assertThat(operate("PLUGIN UNLOAD nonesuch").errorText()).contains("nonesuch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auditing", "query-analysis"})
    void ourOwnPluginsComeAndGoAsWell(String name) throws IOException {
        Files.writeString(
                settings,
                "[mysql-proxy]\nauditing-file=" + workshop.resolve("audit.log") + "\n",
                StandardCharsets.UTF_8);
        long before = instances(LOADER);
        try (RawClient client = client()) {
            client.query("BEGIN").ok();
            done("PLUGIN LOAD " + name);
            for (int i = 0; i < 5; i++) {
                assertThat(client.query("SELECT 'alive' AS a").value()).isEqualTo("alive");
                done("PLUGIN RELOAD " + name);
            }
            assertThat(client.query("SELECT 'alive' AS a").value()).isEqualTo("alive");
            done("PLUGIN UNLOAD " + name);
            assertThat(client.query("SELECT 'alive' AS a").value()).isEqualTo("alive");
            awaitLoaders(before);
            client.query("ROLLBACK").ok();
        }
    }

    @Test
    void manyReloadsLeaveNoClassesBehind() throws IOException {
        long before = instances(LOADER);
        deliver("0");
        done("PLUGIN LOAD lively");
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Integer>> load = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            load.add(
                    CompletableFuture.supplyAsync(() -> statementsUntil(over), command -> new Thread(command).start()));
        }
        try (RawClient client = client()) {
            for (int i = 1; i <= RELOADS; i++) {
                client.query("SELECT 'injected' AS a").value();
                client.query("edition later").value();
                operate("SELECT edition FROM lively").value();
                deliver(String.valueOf(i));
                done("PLUGIN RELOAD lively");
                assertThat(client.query("edition").value()).isEqualTo(String.valueOf(i));
            }
            over.set(true);
            assertThat(load).allSatisfy(sent -> assertThat(sent.get()).isGreaterThan(RELOADS));
            awaitLoaders(before + 1);
            // nor files: each jar was open once
            assertThat(openJars("lively.jar")).isLessThanOrEqualTo(1);
        }
    }

    /** What a client sends without a pause, in one session; how many statements, all of them answered as they should be. */
    private int statementsUntil(AtomicBoolean over) {
        int sent = 0;
        int edition = 0;
        try (RawClient client = client()) {
            client.query("BEGIN").ok();
            while (!over.get()) {
                assertThat(client.query("SELECT 'plain' AS a").value()).isEqualTo("plain");
                assertThat(client.query("SELECT 'injected' AS a").value()).matches("injected by \\d+");
                int now = Integer.parseInt(client.query("edition later").value());
                assertThat(now).as("an edition that has been replaced").isGreaterThanOrEqualTo(edition);
                edition = now;
                sent += 3;
            }
            client.query("ROLLBACK").ok();
        }
        return sent;
    }

    private void awaitLoaders(long most) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(instances(LOADER)).isLessThanOrEqualTo(most));
    }

    /** Objects of a class that the proxy can still reach. */
    private long instances(String className) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        String pid = String.valueOf(proxy.pid());
        return Shell.run(List.of(jcmd.toString(), pid, "GC.class_histogram"), Map.of())
                .ok()
                .output()
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length >= 4 && words[3].equals(className))
                .mapToLong(words -> Long.parseLong(words[1]))
                .sum();
    }

    private long openJars(String name) throws IOException {
        try (var files = Files.list(Path.of("/proc", String.valueOf(proxy.pid()), "fd"))) {
            return files.filter(fd -> leadsTo(fd, name)).count();
        }
    }

    private static boolean leadsTo(Path fd, String name) {
        try {
            return Files.readSymbolicLink(fd).toString().contains(name);
        } catch (IOException e) {
            // closed since it was listed
            return false;
        }
    }
}
