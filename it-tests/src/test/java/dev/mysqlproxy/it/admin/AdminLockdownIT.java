package dev.mysqlproxy.it.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no statement may reach: files, classes, the network, and more memory or time than there is. */
class AdminLockdownIT {

    @TempDir
    static Path folder;

    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(folder.resolve("secret"), "nobody may read this");
        proxy = ProxyProcess.with()
                .backend("127.0.0.1:1")
                .options("--admin-query-memory=64", "--admin-query-timeout=3")
                .start();
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT FILE_READ('%s/secret')",
                "SELECT `FILE_READ`('%s/secret')",
                "SELECT FILE_READ/**/('%s/secret')",
                "SELECT /*! FILE_READ('%s/secret') */",
                "SELECT FILE_WRITE('x', '%s/written')",
                "SELECT * FROM CSVREAD('%s/secret')",
                "SELECT CSVWRITE('%s/written', 'SELECT 1')",
                "SELECT * FROM LINK_SCHEMA('a', 'org.h2.Driver', 'jdbc:h2:%s/written', '', '', 'PUBLIC')",
                "CALL FILE_READ('%s/secret')",
                "CREATE ALIAS e AS 'void e() {}'",
                "SCRIPT TO '%s/written'",
                "RUNSCRIPT FROM '%s/secret'",
                "BACKUP TO '%s/written'",
                "SELECT 1; SCRIPT TO '%s/written'",
                "SELECT 1 INTO OUTFILE '%s/written'",
                "LOAD DATA INFILE '%s/secret' INTO TABLE help",
                "SELECT LOAD_FILE('%s/secret')",
                "SELECT * FROM information_schema.settings",
                "SELECT * FROM `information_schema` . `users`",
                "SELECT * FROM FINAL TABLE (DELETE FROM help)",
                "SELECT CAST(X'aced' AS JAVA_OBJECT)",
                "SELECT U&'\\0041' FROM help",
                "SELECT $$x$$ FROM help",
                "WITH file_read(a) AS (SELECT 1) SELECT file_read('%s/secret')",
                "SET @x = FILE_READ('%s/secret'); SELECT @x",
            })
    void outOfReach(String sql) throws SQLException {
        try (AdminClient client = AdminClient.open(proxy)) {
            String answer;
            try {
                answer = client.rows(sql.replace("%s", folder.toString())).toString();
            } catch (SQLException e) {
                answer = e.getMessage();
            }
            assertThat(answer).doesNotContain("nobody may read this");
            assertThat(folder.resolve("written")).doesNotExist();
            assertThat(client.one("SELECT 6 * 7")).isEqualTo("42");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT LENGTH(REPEAT('x', 2000000000)) FROM version",
                "SELECT LENGTH(REPLACE(REPEAT('a', 900000), 'a', REPEAT('b', 900000))) FROM version",
                "SELECT GROUP_CONCAT(REPEAT('x', 100000)) FROM help a, help b, help c",
                "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT MAX(x) FROM r",
                "SELECT COUNT(*) FROM (SELECT DISTINCT a.command x, b.command y, c.command z, d.command u, e.command v"
                        + " FROM help a, help b, help c, help d, help e) t",
                "SELECT REGEXP_LIKE('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', '^(a|aa)+\\\\1$') FROM help",
            })
    void memoryAndTimeHaveLimits(String sql) throws Exception {
        try (AdminClient client = AdminClient.open(proxy)) {
            CompletableFuture<String> hungry = CompletableFuture.supplyAsync(() -> client.error(sql));
            try (AdminClient other = AdminClient.open(proxy)) {
                assertThat(other.rows("SELECT * FROM version")).hasSize(1);
            }
            assertThat(hungry.get(60, TimeUnit.SECONDS)).matches("(?s)(1105|3024) .*");
            assertThat(client.one("SELECT 6 * 7")).isEqualTo("42");
            assertThat(proxy.log().text()).doesNotContain("OutOfMemory");
        }
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        try (ProxyProcess own = ProxyProcess.with().backend("127.0.0.1:1").start()) {
            assertThat(children(own)).isEmpty();
            try (AdminClient client = AdminClient.open(own)) {
                assertThat(client.rows("SELECT * FROM backends")).hasSize(1);
                assertThat(client.rows("SHOW TABLES")).isNotEmpty();
                // MySQL's own client asks this each time it logs in
                assertThat(client.error("select $$")).startsWith("1064 ");
                assertThat(children(own)).as("before the first question").isEmpty();
                assertThat(client.one("SELECT COUNT(*) FROM backends")).isEqualTo("1");
                assertThat(children(own)).hasSize(1);
            }
            List<ProcessHandle> engines = children(own);
            assertThat(own.stop()).isZero();
            await().until(() -> engines.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static List<ProcessHandle> children(ProxyProcess process) {
        return ProcessHandle.of(process.pid()).orElseThrow().descendants().toList();
    }
}
