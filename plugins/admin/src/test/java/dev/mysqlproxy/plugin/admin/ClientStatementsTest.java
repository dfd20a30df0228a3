package dev.mysqlproxy.plugin.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.testkit.FakeSession;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients send by themselves, as it was seen from them. */
class ClientStatementsTest {

    private final AdminWorld world = new AdminWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET NAMES utf8mb4",
                "SET NAMES 'utf8mb4' COLLATE 'utf8mb4_general_ci'",
                "/*!40101 SET NAMES utf8 */",
                "SET autocommit=1",
                "SET @@session.autocommit = OFF",
                "SET character_set_results = NULL",
                "set sql_mode=CONCAT(@@sql_mode,',STRICT_TRANS_TABLES'),NAMES utf8mb4",
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                "SET @x := 1",
                "BEGIN",
                "START TRANSACTION READ ONLY",
                "COMMIT",
                "ROLLBACK;",
                "USE `mysql`"
            })
    void whatChangesNothingIsOk(String sql) {
        assertThat(ask(sql)).isEqualTo(Reply.ok());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET GLOBAL max_connections = 1", "SET PASSWORD = 'x'", "SET PERSIST x = 1"})
    void whatWouldChangeAServerIsRefused(String sql) {
        assertThat(ask(sql)).isInstanceOf(Reply.Err.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "select @@version_comment limit 1 | @@version_comment | mysql-proxy 1.2.3 admin",
                "SELECT DATABASE() | DATABASE() | mysql",
                "select USER() | USER() | root@[::1]",
                "SELECT current_user | current_user | root@[::1]",
                "SELECT VERSION() AS v | v | 5.0.99-agent-admin",
                "SELECT connection_id( ) id | connection_id( ) | 12",
                "SELECT 1 | 1 | 1",
                "SELECT 'keep alive' | 'keep alive' | keep alive",
                "SELECT 1 AS `one` FROM DUAL | one | 1",
                "SELECT @@session.tx_isolation | @@session.tx_isolation | REPEATABLE-READ",
                "SELECT @@GLOBAL.`read_only` | @@GLOBAL.`read_only` | 0",
                "SELECT @@autocommit 'on' | on | 1",
                "SELECT TRUE | TRUE | 1",
            })
    void singleValuesAreSelected(String sql, String column, String value) {
        Reply.ResultSet result = rows(sql);

        assertThat(result.columns()).hasSize(1);
        assertThat(result.columns().get(0).name()).isEqualTo(column.replace("connection_id( )", "id"));
        assertThat(result.rows()).containsExactly(List.of(value));
    }

    @Test
    void connectorJsLongQuestionIsAnswered() {
        Reply.ResultSet result = rows("/* mysql-connector-j-9.4.0 (Revision: d680767) */SELECT  "
                + "@@session.auto_increment_increment AS auto_increment_increment, "
                + "@@character_set_client AS character_set_client, @@character_set_connection AS "
                + "character_set_connection, @@character_set_results AS character_set_results, "
                + "@@character_set_server AS character_set_server, @@collation_server AS collation_server, "
                + "@@collation_connection AS collation_connection, @@init_connect AS init_connect, "
                + "@@interactive_timeout AS interactive_timeout, @@license AS license, @@lower_case_table_names AS "
                + "lower_case_table_names, @@max_allowed_packet AS max_allowed_packet, @@net_write_timeout AS "
                + "net_write_timeout, @@performance_schema AS performance_schema, @@query_cache_size AS "
                + "query_cache_size, @@query_cache_type AS query_cache_type, @@sql_mode AS sql_mode, "
                + "@@system_time_zone AS system_time_zone, @@time_zone AS time_zone, @@transaction_isolation AS "
                + "transaction_isolation, @@wait_timeout AS wait_timeout");

        assertThat(result.columns()).hasSize(21);
        assertThat(result.columns().get(0)).isEqualTo(Reply.Column.number("auto_increment_increment"));
        assertThat(result.columns().get(1)).isEqualTo(Reply.Column.text("character_set_client"));
        assertThat(result.rows().get(0))
                .startsWith("1", "utf8mb4")
                .endsWith("28800")
                .doesNotContainNull();
    }

    @Test
    void severalValuesAreSelectedUnderTheirOwnText() {
        Reply.ResultSet result = rows("select DATABASE(), USER() limit 1");

        assertThat(result.columns()).extracting(Reply.Column::name).containsExactly("DATABASE()", "USER()");
        assertThat(result.rows()).containsExactly(List.of("mysql", "root@[::1]"));
    }

    @Test
    void unsetValuesAreNull() {
        FakeSession nobody = AdminWorld.session("root").clientAddress("/run/admin.sock");
        Reply reply = world.ask(nobody, "SELECT DATABASE(), @mine, @version, NULL, USER()");

        assertThat(((Reply.ResultSet) reply).rows())
                .containsExactly(Arrays.asList(null, null, null, null, "root@localhost"));
    }

    @Test
    void unknownVariableIsTheServersError() {
        assertThat(ask("SELECT @@version, @@session.nope"))
                .isEqualTo(Reply.error(1193, "HY000", "Unknown system variable 'nope'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SHOW VARIABLES LIKE 'lower%names'",
                "SHOW SESSION VARIABLES WHERE Variable_name = 'lower_case_table_names'",
                "show global variables where variable_name in ('nope', 'lower_case_table_names')",
            })
    void variablesAreShownByName(String sql) {
        assertThat(rows(sql).rows()).containsExactly(List.of("lower_case_table_names", "0"));
    }

    @Test
    void allVariablesAreShownWithSwitchesInWords() {
        assertThat(rows("/* mysql-connector-j */SHOW VARIABLES").rows())
                .contains(List.of("autocommit", "ON"), List.of("read_only", "OFF"), List.of("wait_timeout", "28800"))
                .isSortedAccordingTo((left, right) -> left.get(0).compareTo(right.get(0)));
    }

    @Test
    void statusIsShown() {
        assertThat(rows("show /*!50002 GLOBAL */ status").rows()).contains(List.of("Uptime", "42"));
        assertThat(rows("SHOW SESSION STATUS LIKE 'ssl_%'").rows())
                .containsExactly(List.of("Ssl_cipher", ""), List.of("Ssl_version", ""));
    }

    @Test
    void statusTellsTheTlsOfWhoAsks() {
        TlsView tls = new TlsView("TLSv1.3", "TLS_AES_256_GCM_SHA384", Optional.empty());
        Reply reply = world.ask(AdminWorld.session("root").tls(tls), "SHOW SESSION STATUS LIKE 'Ssl%'");
        assertThat(((Reply.ResultSet) reply).rows())
                .containsExactly(List.of("Ssl_cipher", "TLS_AES_256_GCM_SHA384"), List.of("Ssl_version", "TLSv1.3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SHOW WARNINGS",
                "SHOW SCHEMAS LIKE 'x'",
                "SHOW TABLES FROM mysql",
                "SHOW TRIGGERS",
                "SHOW INDEX FROM backends",
                "SHOW PROCEDURE STATUS"
            })
    void thereIsNothingToList(String sql) {
        assertThat(rows(sql).rows()).isEmpty();
    }

    @Test
    void collationsHaveTheirNumbers() {
        assertThat(rows("SHOW COLLATION").rows())
                .contains(List.of("utf8mb4_general_ci", "utf8mb4", "45", "Yes", "Yes", "1"));
    }

    private Reply.ResultSet rows(String sql) {
        return (Reply.ResultSet) ask(sql);
    }

    private Reply ask(String sql) {
        return world.ask(AdminWorld.session("root").schema("mysql"), sql);
    }
}
