package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators change at run time, and what of it the next start knows. */
class SavedConfigIT {
    private static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);

    private static TestServer server;
    private static String first;
    private static String second;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
        // one server by two names is two backends
        first = "127.0.0.1:" + server.port();
        second = "localhost:" + server.port();
    }

    private ProxyProcess.Setup setup(String... options) {
        return ProxyProcess.with()
                .backend(first)
                .options("--saved-config=" + folder.resolve("saved.cnf"))
                .options(options);
    }

    private static void order(ProxyProcess proxy, String statement) {
        try (RawClient client = proxy.openAdmin()) {
            client.query(statement).ok();
        }
    }

    private static List<String> clientsByBackend(ProxyProcess proxy, int clients) {
        List<RawClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                open.add(RawClient.login(ProxyProcess.HOST, proxy.port(), APP));
            }
            return proxy.admin("SELECT * FROM backends").stream()
                    .map(row -> row.get("address") + " " + row.get("connected_clients"))
                    .toList();
        } finally {
            open.forEach(RawClient::close);
        }
    }

    private static Map<String, String> option(ProxyProcess proxy, String name) {
        return proxy.admin("SELECT name, value, source FROM options WHERE name = '" + name + "'")
                .get(0);
    }

    @Test
    void savedChangesAreThereAfterARestart() throws IOException {
        Path saved = folder.resolve("saved.cnf");
        try (ProxyProcess proxy = setup().start()) {
            order(proxy, "BACKEND ADD '" + second + "'");
            order(proxy, "SET BACKEND '" + second + "' WEIGHT 3");
            order(proxy, "SET OPTION max-connections = 100");
            assertThat(option(proxy, "max-connections"))
                    .containsEntry("value", "100")
                    .extractingByKey("source")
                    .asString()
                    .startsWith("SET by " + ProxyProcess.ADMIN_USER + "@127.0.0.1 at 20");
            assertThat(clientsByBackend(proxy, 8)).containsExactly(first + " 2", second + " 6");
            order(proxy, "SAVE CONFIG");
            assertThat(Files.getPosixFilePermissions(saved)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            order(proxy, "SET OPTION max-connections = 50");
            assertThat(proxy.stop()).isZero();
        }
        try (ProxyProcess proxy = setup().start()) {
            assertThat(clientsByBackend(proxy, 8)).containsExactly(first + " 2", second + " 6");
            assertThat(option(proxy, "max-connections"))
                    .containsEntry("value", "100")
                    .extractingByKey("source")
                    .asString()
                    .startsWith(saved + ":");
            order(proxy, "BACKEND REMOVE '" + first + "'");
            assertThat(clientsByBackend(proxy, 2)).containsExactly(second + " 2");
            order(proxy, "SAVE CONFIG");
        }
        try (ProxyProcess proxy = setup("--max-connections=10").start()) {
            assertThat(clientsByBackend(proxy, 2)).containsExactly(second + " 2");
            assertThat(option(proxy, "max-connections"))
                    .containsEntry("value", "10")
                    .containsEntry("source", "command line");
        }
    }

    @Test
    void aChangedLimitHoldsAtOnce() {
        try (ProxyProcess proxy = setup().start();
                RawClient one = RawClient.login(ProxyProcess.HOST, proxy.port(), APP)) {
            order(proxy, "SET OPTION max-connections = 1");
            assertThatThrownBy(() -> RawClient.tryLogin(ProxyProcess.HOST, proxy.port(), APP))
                    .hasMessageContaining("1040 Too many connections");
            one.query("SELECT 1").ok();
            order(proxy, "SET OPTION max-connections = 2");
            RawClient.login(ProxyProcess.HOST, proxy.port(), APP).close();
        }
    }

    @Test
    void aFileThatCannotBeUnderstoodEndsTheStart() throws IOException {
        Path saved = folder.resolve("saved.cnf");
        Files.writeString(saved, "[mysql-proxy]\nmax-connections=many\n");
        Files.setPosixFilePermissions(saved, PosixFilePermissions.fromString("rw-------"));
        assertThat(refusal()).contains("max-connections has to be a whole number", "(" + saved + ":2)");
        Files.writeString(saved, "[mysql-proxy]\n[backend 1]\naddress=db\nchange=vanished\n");
        assertThat(refusal())
                .contains(
                        "backend of the saved configuration (" + saved + ":3): change has to be one of added, removed");
    }

    private String refusal() {
        try (ProxyProcess proxy = setup().launch()) {
            assertThat(proxy.awaitExit()).isEqualTo(1);
            return proxy.log().text();
        }
    }
}
