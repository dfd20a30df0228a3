package dev.mysqlproxy.plugin.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.BackendView;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that change something, and what EXPLAIN says of them. */
class ChangesTest {

    private static final Reply ONE = new Reply.Ok(1, 0, 0, "");

    private final AdminWorld world = new AdminWorld();

    @AfterEach
    void stop() {
        world.close();
    }

    private BackendView backend(int at) {
        return world.backends.snapshot().get(at);
    }

    private String explained(String sql) {
        Reply.ResultSet plan = world.rows("EXPLAIN " + sql);
        assertThat(plan.columns()).extracting(Reply.Column::name).containsExactly("change", "from", "to", "effect");
        assertThat(plan.rows()).hasSize(1);
        return plan.rows().get(0).get(0) + ": " + plan.rows().get(0).get(1) + " -> "
                + plan.rows().get(0).get(2);
    }

    @Test
    void backendsAreAdded() {
        assertThat(explained("BACKEND ADD 'db3' RO WEIGHT 5")).isEqualTo("backend db3: null -> ro, weight 5");
        assertThat(world.backends.snapshot()).hasSize(2);

        assertThat(world.ask("BACKEND ADD 'db3' RO WEIGHT 5")).isEqualTo(ONE);
        assertThat(backend(2).address()).isEqualTo("db3:3306");
        assertThat(backend(2).type()).isEqualTo(BackendView.Type.RO);
        assertThat(backend(2).weight()).isEqualTo(5);
        assertThat(world.ask("backend add 'db4' weight 0")).isEqualTo(ONE);
        assertThat(backend(3).type()).isEqualTo(BackendView.Type.RW);
        assertThat(backend(3).weight()).isZero();
        assertThat(world.ask("BACKEND ADD 'db5:3310'")).isEqualTo(ONE);

        assertThat(world.error("BACKEND ADD 'db3:3306'").message()).contains("is there already");
        assertThat(world.error("BACKEND ADD ''").message()).contains("cannot be added");
        assertThat(world.error("BACKEND ADD 'x' WEIGHT 1001").message()).contains("a weight is 0 to 1000");
        assertThat(world.error("BACKEND ADD db6").message()).startsWith("the statement is: BACKEND ADD");
    }

    @Test
    void backendsAreRemoved() {
        world.backends.setClients(2, 4);
        assertThat(explained("BACKEND REMOVE 'db2:3307'")).isEqualTo("backend db2:3307: ro -> null");
        assertThat(world.rows("EXPLAIN BACKEND REMOVE 'db2:3307' NOW")
                        .rows()
                        .get(0)
                        .get(3))
                .startsWith("ends its 4 sessions");

        assertThat(world.ask("BACKEND REMOVE 'db2:3307' NOW")).isEqualTo(ONE);
        assertThat(world.backends.snapshot()).hasSize(1);
        assertThat(world.error("BACKEND REMOVE 'db2:3307'").message()).contains("is not known; 127.0.0.1:3306 are");
    }

    @Test
    void backendsAreWeighed() {
        assertThat(explained("SET BACKEND 'db2:3307' WEIGHT 9")).isEqualTo("backend db2:3307 weight: 1 -> 9");
        assertThat(backend(1).weight()).isEqualTo(1);
        assertThat(world.ask("SET BACKEND 'db2:3307' WEIGHT 9")).isEqualTo(ONE);
        assertThat(backend(1).weight()).isEqualTo(9);
        assertThat(world.error("SET BACKEND 'db2:3307' WEIGHT 99999").message()).contains("0 to 1000");
    }

    @Test
    void modesAreExplained() {
        assertThat(explained("SET BACKEND 'db2:3307' OFFLINE")).isEqualTo("backend db2:3307 mode: online -> offline");
        assertThat(backend(1).mode()).isEqualTo(BackendView.Mode.ONLINE);
    }

    @Test
    void statementsAreKilled() {
        assertThat(explained("KILL QUERY 7")).isEqualTo("statement of session 7: idle -> null");
        assertThat(world.ask("KILL QUERY 7")).isEqualTo(Reply.ok());
        assertThat(world.control.actions()).containsExactly("kill query 7");
        world.control.refuse("there is no other connection; see --proxy-auth");
        assertThat(world.error("KILL QUERY 7").message()).contains("there is no other connection; see --proxy-auth");
        assertThat(world.error("KILL QUERY 8").code()).isEqualTo(1094);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET OPTION admin-max-rows = 7|7",
                "SET OPTION `admin-max-rows` = '7'|7",
                "set option admin-max-rows=7;|7",
                "SET GLOBAL admin_max_rows = 7|7",
                "SET OPTION 'admin-max-rows' = 1 2|1 2",
            })
    void optionsAreSet(String sql, String value) {
        assertThat(explained(sql)).isEqualTo("option admin-max-rows: 100000 -> " + value);
        assertThat(world.control.actions()).isEmpty();
        if (value.equals("7")) {
            assertThat(world.ask(sql)).isInstanceOf(Reply.Ok.class);
            assertThat(world.control.actions()).containsExactly("set admin-max-rows=7 by root@[::1]");
            assertThat(world.error("SHOW HELP").message()).contains("more than 7 rows");
        }
    }

    @Test
    void whatCannotBeSetIsExplained() {
        assertThat(world.error("SET OPTION admin-address = ':1'").message()).contains("cannot change");
        assertThat(world.error("SET OPTION no-such = 1").message()).contains("no option no-such");
        assertThat(world.error("SET OPTION admin-max-rows =").message()).contains("the statement is");
        assertThat(world.error("SET admin-max-rows = 1").message())
                .isEqualTo("'admin-max-rows' is an option: SET OPTION admin-max-rows = <value>");
        assertThat(world.ask("SET admin_max_rows = 1")).isEqualTo(Reply.ok());
        assertThat(world.error("SET GLOBAL admin_max_row = 1"))
                .isEqualTo(Reply.error(
                        1193, "HY000", "Unknown system variable 'admin_max_row'; did you mean 'admin-max-rows'?"));
    }

    @Test
    void configurationIsSaved() {
        assertThat(world.rows("SAVE CONFIG").rows()).containsExactly(List.of("/var/lib/mysql-proxy/saved.conf"));
        world.control.refuse("/var/lib/x: no space left");
        assertThat(world.error("SAVE CONFIG").message()).contains("/var/lib/x: no space left");
    }

    @Test
    void pluginsComeAndGo() {
        assertThat(explained("PLUGIN LOAD query-analysis")).isEqualTo("plugin query-analysis: null -> loaded");
        assertThat(world.ask("PLUGIN LOAD query-analysis")).isEqualTo(Reply.ok());
        assertThat(world.ask("PLUGIN RELOAD 'query-analysis'")).isEqualTo(Reply.ok());
        assertThat(world.ask("PLUGIN DISABLE query-analysis")).isEqualTo(Reply.ok());
        assertThat(world.ask("PLUGIN ENABLE query-analysis")).isEqualTo(Reply.ok());
        assertThat(world.ask("PLUGIN UNLOAD query-analysis;")).isEqualTo(Reply.ok());
        assertThat(world.control.actions())
                .containsExactly(
                        "load query-analysis",
                        "reload query-analysis",
                        "disable query-analysis",
                        "enable query-analysis",
                        "unload query-analysis");
        assertThat(world.error("PLUGIN UNLOAD prox").message()).contains("did you mean 'proxy'?");
        assertThat(world.error("PLUGIN LOAD proxy").message()).contains("is loaded already");
        world.control.refuse("x.jar has no manifest");
        assertThat(world.error("PLUGIN LOAD x").message()).contains("x.jar has no manifest");
        world.control.refuse("it has listeners");
        assertThat(world.error("EXPLAIN PLUGIN RELOAD proxy").message()).contains("it has listeners");
        assertThat(world.error("EXPLAIN PLUGIN UNLOAD proxy").message()).contains("it has listeners");
    }

    @Test
    void logsAreRotated() {
        assertThat(world.ask("LOGS ROTATE")).isEqualTo(Reply.ok());
        assertThat(world.ask("FLUSH LOGS")).isEqualTo(Reply.ok());
        assertThat(world.control.actions()).containsExactly("reopen logs", "reopen logs");
    }

    @Test
    void tablesAreEmptied() {
        world.control.with(new RubbishTable(() -> {}));
        assertThat(world.rows("EXPLAIN DELETE FROM rubbish").rows()).hasSize(1);
        assertThat(world.rows("SELECT * FROM rubbish").rows())
                .containsExactly(List.of("1", "can"), List.of("2", "bottle"), Arrays.asList("3", null));

        assertThat(world.ask("DELETE FROM rubbish")).isEqualTo(new Reply.Ok(3, 0, 0, ""));
        assertThat(world.ask("TRUNCATE TABLE rubbish")).isEqualTo(new Reply.Ok(0, 0, 0, ""));
        assertThat(world.rows("SELECT * FROM rubbish").rows()).isEmpty();
        assertThat(world.error("DELETE FROM sessions").code()).isEqualTo(1288);
        assertThat(world.error("DELETE FROM rubish").message()).contains("did you mean 'rubbish'?");
        assertThat(world.error("DELETE FROM rubbish WHERE 1").message()).contains("has no WHERE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXPLAIN SHOW BACKENDS", "EXPLAIN SET NAMES utf8"})
    void whatChangesNothingIsNotExplained(String sql) {
        assertThat(world.ask(sql)).isInstanceOf(Reply.Err.class);
        assertThat(world.control.actions()).isEmpty();
    }
}
