package dev.mysqlproxy.plugin.admin.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.plugin.admin.engine.EngineException.Reason;
import dev.mysqlproxy.testkit.FakeTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a statement must not reach even when it gets to the engine as it is: one process answers all of these. */
class EngineLockdownTest {

    private static final Engine ENGINE =
            new Engine(() -> new EngineLimits(Duration.ofSeconds(20), 64, 1000), new FakeTasks());

    private static List<Long> first;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws EngineException {
        ENGINE.query(List.of(), "SELECT 1");
        first = Numbers.engines();
    }

    @AfterAll
    static void close() {
        ENGINE.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT FILE_READ('%s/secret')",
                "SELECT FILE_READ('classpath:dev/mysqlproxy/plugin/admin/engine/EngineMain.class')",
                "SELECT FILE_WRITE('x', '%s/written')",
                "SELECT * FROM CSVREAD('%s/secret')",
                "SELECT * FROM CSVREAD('http://127.0.0.1:1/x')",
                "CALL CSVWRITE('%s/written', 'SELECT 1')",
                "SELECT CSVWRITE('%s/written', 'SELECT 1')",
                "SCRIPT TO '%s/written'",
                "RUNSCRIPT FROM '%s/secret'",
                "BACKUP TO '%s/written'",
                "CREATE ALIAS e AS 'void e() throws Exception { new java.io.File(\"%s/written\").createNewFile(); }'",
                "CREATE ALIAS e FOR 'java.lang.System.exit'",
                "CREATE AGGREGATE e FOR 'java.lang.String'",
                "CREATE TRIGGER t BEFORE SELECT ON numbers CALL 'java.lang.String'",
                "CREATE LINKED TABLE l('org.h2.Driver', 'jdbc:h2:%s/written', '', '', 'x')",
                "SELECT * FROM LINK_SCHEMA('x', 'org.h2.Driver', 'jdbc:h2:%s/written', '', '', 'PUBLIC')",
                "CREATE TABLE written(x INT)",
                "CREATE USER mallory PASSWORD '' ADMIN",
                "ALTER USER reader ADMIN TRUE",
                "GRANT ALL ON numbers TO reader",
                "INSERT INTO numbers VALUES (1, '')",
                "DELETE FROM numbers",
                "DROP TABLE numbers",
                "DROP ALL OBJECTS DELETE FILES",
                "SET DB_CLOSE_DELAY -1",
                "SET TRACE_LEVEL_FILE 3",
                "SET JAVA_OBJECT_SERIALIZER 'x'",
                "SET CLUSTER 'x'",
                "SHUTDOWN",
                "CREATE DOMAIN d AS INT",
                "SELECT * FROM FINAL TABLE (INSERT INTO numbers VALUES (1, ''))",
                "SELECT MEMORY_USED()",
                "SELECT CAST(X'aced0005' AS JAVA_OBJECT(10)) UNION SELECT FILE_READ('%s/secret')",
                "SELECT XMLTEXT(FILE_READ('%s/secret'))",
                "SELECT 1; SCRIPT TO '%s/written'",
                "EXPLAIN ANALYZE SELECT FILE_READ('%s/secret')",
                "SELECT DB_OBJECT_SQL('USER', 'owner')",
            })
    void filesClassesAndRightsAreOutOfReach(String sql) throws IOException {
        Files.writeString(folder.resolve("secret"), "the secret");
        String statement = sql.replace("%s", folder.toString());

        EngineResult result = null;
        EngineException failure = null;
        try {
            result = ENGINE.query(List.of(Numbers.table(3)), statement);
        } catch (EngineException e) {
            failure = e;
        }

        assertThat(failure).as("%s gave %s", statement, result).isNotNull();
        assertThat(failure.reason()).isEqualTo(Reason.SQL);
        assertThat(folder).isDirectoryNotContaining("glob:**written*");
        assertThat(Numbers.engines()).as("what has answered all of them").isEqualTo(first);
    }
}
