package dev.mysqlproxy.plugin.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How clients and people find out what there is. */
class ShowStatementsTest {

    private static AdminWorld world;

    @BeforeAll
    static void start() {
        world = new AdminWorld();
        world.control.with(new RubbishTable(() -> {}));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static List<String> first(String sql) {
        return world.rows(sql).rows().stream().map(row -> row.get(0)).toList();
    }

    @Test
    void schemasAreTwo() {
        assertThat(first("SHOW DATABASES")).containsExactly("information_schema", "proxy");
        assertThat(first("SHOW SCHEMAS LIKE 'pro%'")).containsExactly("proxy");
    }

    @Test
    void tablesAreThoseOfTheProxyAndItsPlugins() {
        assertThat(first("SHOW TABLES"))
                .contains(
                        "backends",
                        "columns",
                        "help",
                        "listeners",
                        "log",
                        "metric_buckets",
                        "metrics",
                        "options",
                        "plugins",
                        "pools",
                        "rubbish",
                        "sessions",
                        "tables",
                        "version")
                .isSorted();
        assertThat(world.rows("SHOW TABLES").columns()).containsExactly(Reply.Column.text("Tables_in_proxy"));
        assertThat(first("SHOW TABLES FROM `proxy` LIKE 'rub%'")).containsExactly("rubbish");
        assertThat(first("SHOW TABLES IN information_schema")).contains("tables", "columns", "routines");
        assertThat(world.rows("SHOW FULL TABLES FROM proxy WHERE Table_type = 'BASE TABLE'")
                        .rows())
                .contains(List.of("rubbish", "BASE TABLE"));
        assertThat(first("SHOW FULL TABLES WHERE Table_type = 'VIEW'")).isEmpty();
        assertThat(first("SHOW TABLE STATUS LIKE 'help'")).containsExactly("help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SHOW COLUMNS FROM rubbish",
                "SHOW FIELDS IN `rubbish` FROM `proxy`",
                "SHOW COLUMNS FROM proxy.rubbish",
                "DESCRIBE rubbish",
                "DESC proxy.rubbish",
                "EXPLAIN rubbish",
            })
    void columnsAreDescribed(String sql) {
        assertThat(world.rows(sql).columns())
                .extracting(Reply.Column::name)
                .containsExactly("Field", "Type", "Null", "Key", "Default", "Extra");
        assertThat(world.rows(sql).rows())
                .containsExactly(
                        Arrays.asList("user", "bigint", "YES", "", null, ""),
                        Arrays.asList("value", "text", "YES", "", null, ""));
    }

    @Test
    void someWantMore() {
        assertThat(world.rows("SHOW FULL COLUMNS FROM `rubbish` FROM `proxy` LIKE 'v%'")
                        .rows())
                .containsExactly(Arrays.asList(
                        "value", "text", "utf8mb4_general_ci", "YES", "", null, "", "select", "what it is"));
        assertThat(world.rows("SHOW CREATE TABLE `proxy`.`rubbish`")
                        .rows()
                        .get(0)
                        .get(1))
                .startsWith("CREATE TABLE `rubbish` (\n  `user` bigint COMMENT 'whose it is',\n")
                .endsWith("ENGINE=MEMORY COMMENT='what lies about'");
        assertThat(world.error("SHOW COLUMNS FROM rubish").message()).contains("did you mean 'rubbish'?");
        assertThat(world.error("SHOW COLUMNS FROM").code()).isEqualTo(1064);
        assertThat(world.error("DESCRIBE nothing_such").code()).isEqualTo(1146);
    }

    /** What they send before anybody has typed a word, or when a folder is opened. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // mysql 9
                "select @@version_comment limit 1",
                "show databases",
                "show tables",
                "select $$",
                // MySQL Workbench
                "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                "SHOW SESSION VARIABLES LIKE 'lower_case_table_names'",
                "SHOW SESSION STATUS LIKE 'Ssl_cipher'",
                "SELECT current_user()",
                "SET CHARACTER SET utf8",
                "SET SQL_SAFE_UPDATES=1",
                "SELECT CONNECTION_ID()",
                "show character set where charset = 'utf8mb4'",
                "SHOW DATABASES",
                "SELECT st.* FROM performance_schema.events_statements_current st",
                "SHOW FULL TABLES FROM `proxy`",
                "SHOW FULL COLUMNS FROM `proxy`.`sessions`",
                "SHOW PROCEDURE STATUS WHERE Db='proxy'",
                "SHOW FUNCTION STATUS WHERE Db='proxy'",
                "SHOW INDEXES FROM `proxy`.`sessions`",
                "SHOW TRIGGERS FROM `proxy`",
                "SHOW GLOBAL STATUS",
                "SHOW GLOBAL VARIABLES",
                "SHOW ENGINES",
                "SHOW PLUGINS",
                // DBeaver
                "SELECT DATABASE()",
                "SELECT @@GLOBAL.character_set_server,@@GLOBAL.collation_server",
                "SHOW CHARSET",
                "SHOW COLLATION",
                "SHOW STATUS",
                "SHOW PRIVILEGES",
                "SHOW GRANTS FOR CURRENT_USER()",
                "SELECT * FROM information_schema.TABLES t WHERE t.TABLE_SCHEMA = 'information_schema' AND"
                        + " t.TABLE_NAME = 'CHECK_CONSTRAINTS'",
                "SHOW FULL TABLES FROM `proxy` LIKE 'sessions'",
                "SHOW TABLE STATUS FROM `proxy`",
                "SELECT * FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='proxy' AND TABLE_NAME='sessions'"
                        + " ORDER BY ORDINAL_POSITION",
                "SELECT * FROM information_schema.STATISTICS WHERE TABLE_SCHEMA='proxy' AND TABLE_NAME='sessions'"
                        + " ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
                "SELECT kc.CONSTRAINT_NAME, kc.TABLE_NAME, kc.COLUMN_NAME, kc.ORDINAL_POSITION FROM"
                        + " INFORMATION_SCHEMA.KEY_COLUMN_USAGE kc WHERE kc.TABLE_SCHEMA='proxy' AND"
                        + " kc.REFERENCED_TABLE_NAME IS NULL ORDER BY kc.ORDINAL_POSITION",
                "SELECT s.* FROM `proxy`.`sessions` s LIMIT 0, 200",
                // DataGrip
                "select version(), @@version_comment, database()",
                "select schema_name, default_collation_name from information_schema.schemata",
                "select table_name, table_type, table_comment, engine, table_collation, create_options from"
                        + " information_schema.tables where table_schema = 'proxy'",
                "select ordinal_position, column_name, column_type, column_default, generation_expression, table_name,"
                        + " column_comment, is_nullable, extra, collation_name from information_schema.columns where"
                        + " table_schema = 'proxy' order by table_name, ordinal_position",
                "select table_name, view_definition, definer from information_schema.views where table_schema = 'proxy'",
                "select routine_name, routine_type, routine_definition, routine_comment, dtd_identifier, definer,"
                        + " is_deterministic, sql_data_access, security_type from information_schema.routines where"
                        + " routine_schema = 'proxy'",
                "select @@event_scheduler",
                "select grantee, is_grantable from information_schema.user_privileges",
                "select c.constraint_name, c.table_name, c.constraint_type, u.column_name from"
                        + " information_schema.table_constraints c join information_schema.key_column_usage u on"
                        + " c.constraint_name = u.constraint_name where c.table_schema = 'proxy'",
                // HeidiSQL
                "SET NAMES utf8mb4",
                "SHOW VARIABLES",
                "SHOW /*!50002 GLOBAL */ STATUS",
                "SELECT NOW()",
                "SHOW VARIABLES LIKE 'skip_name_resolve'",
                "SELECT `DEFAULT_COLLATION_NAME` FROM `information_schema`.`SCHEMATA` WHERE `SCHEMA_NAME`='proxy'",
                "SHOW FUNCTION STATUS WHERE `Db`='proxy'",
                "SELECT *, EVENT_SCHEMA AS `Db`, EVENT_NAME AS `Name` FROM information_schema.`EVENTS` WHERE"
                        + " `EVENT_SCHEMA`='proxy'",
                "SELECT * FROM `information_schema`.`COLUMNS` WHERE TABLE_SCHEMA='proxy' AND TABLE_NAME='sessions' ORDER"
                        + " BY ORDINAL_POSITION",
                "SHOW INDEXES FROM `sessions` FROM `proxy`",
                "SHOW CREATE TABLE `proxy`.`sessions`",
                "SELECT * FROM `proxy`.`sessions` LIMIT 1000",
                // phpMyAdmin, Adminer
                "SELECT @@lower_case_table_names",
                "SELECT CURRENT_USER()",
                "SELECT @@version, @@version_comment",
                "SELECT `SCHEMA_NAME` FROM `INFORMATION_SCHEMA`.`SCHEMATA`",
                "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY"
                        + " TABLE_NAME",
                "SHOW FULL COLUMNS FROM `sessions`",
                "SHOW SESSION VARIABLES LIKE 'FOREIGN_KEY_CHECKS'",
                "SELECT COUNT(*) FROM `proxy`.`sessions`",
                // Connector/J, MariaDB Connector/J
                "SHOW FULL TABLES FROM `proxy` LIKE '%'",
                "SHOW FULL COLUMNS FROM `sessions` FROM `proxy` LIKE '%'",
                "SHOW KEYS FROM `sessions` FROM `proxy`",
                "SELECT @@max_allowed_packet, @@wait_timeout, @@system_time_zone, @@time_zone, @@auto_increment_increment",
                "SELECT TABLE_SCHEMA TABLE_CAT, NULL TABLE_SCHEM, TABLE_NAME, IF(TABLE_TYPE='BASE TABLE' or"
                        + " TABLE_TYPE='SYSTEM VERSIONED', 'TABLE', TABLE_TYPE) as TABLE_TYPE, TABLE_COMMENT REMARKS, NULL"
                        + " TYPE_CAT FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'proxy' ORDER BY TABLE_TYPE,"
                        + " TABLE_SCHEMA, TABLE_NAME",
            })
    void clientsAreAnswered(String sql) {
        Reply reply = world.ask(sql);
        boolean refusable = sql.contains("performance_schema") || sql.contains("$$");

        assertThat(reply instanceof Reply.Err).as("%s: %s", sql, reply).isEqualTo(refusable);
    }
}
