package dev.mysqlproxy.plugin.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.testkit.FakeCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may give which statement. */
class RolesTest {

    @TempDir
    private Path folder;

    private Path file;
    private AdminWorld world;

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("users");
        write("reader READER \"r\"\nmaria operator *2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19\nboss admin \"b\"\n");
        world = new AdminWorld("--admin-users-file=" + file);
        world.control.with(new RubbishTable(() -> {})).with(new Greet());
    }

    private void write(String lines) throws IOException {
        Files.writeString(file, lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Reply ask(String user, String sql) {
        return world.ask(AdminWorld.session(user), sql);
    }

    private record Greet() implements AdminCommand {
        @Override
        public String words() {
            return "greet all";
        }

        @Override
        public String comment() {
            return "greets";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Reply run(List<String> arguments, String by) {
            return new Reply.Ok(0, 0, 0, arguments + " by " + by);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET BACKEND 'db2:3307' DRAIN",
                "SET BACKEND 'db2:3307' WEIGHT 2",
                "BACKEND ADD 'db3'",
                "BACKEND REMOVE 'db2:3307' NOW",
                "KILL 7",
                "KILL QUERY 7",
                "LOGS ROTATE",
                "FLUSH LOGS",
                "RELOAD",
                "DELETE FROM rubbish",
                "TRUNCATE rubbish",
            })
    void operatorsMayAndReadersMayNot(String sql) {
        assertThat(ask("reader", sql))
                .isEqualTo(Reply.error(1227, "42000", "Access denied; you need the OPERATOR role for this operation"));
        assertThat(ask("reader", "EXPLAIN " + sql)).isInstanceOf(Reply.Err.class);
        assertThat(world.control.actions()).isEmpty();
        assertThat(world.backends.snapshot()).hasSize(2);
        assertThat(ask("maria", sql)).isInstanceOf(Reply.Ok.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET OPTION admin-max-rows = 7",
                "SET GLOBAL admin_max_rows = 7",
                "SAVE CONFIG",
                "PLUGIN LOAD auditing",
                "PLUGIN UNLOAD proxy",
                "PLUGIN RELOAD proxy",
                "PLUGIN DISABLE proxy",
                "GREET ALL",
            })
    void adminsMayAndOperatorsMayNot(String sql) {
        assertThat(ask("maria", sql))
                .isEqualTo(Reply.error(1227, "42000", "Access denied; you need the ADMIN role for this operation"));
        assertThat(world.control.actions()).isEmpty();
        assertThat(ask("boss", sql)).isNotInstanceOf(Reply.Err.class);
        assertThat(ask("root", "SELECT * FROM plugins")).isInstanceOf(Reply.ResultSet.class);
    }

    @Test
    void theOldKillNeedsTheRoleToo() {
        FakeCommand kill = FakeCommand.of(CommandType.COM_PROCESS_KILL, new byte[] {7, 0, 0, 0});

        assertThat(world.handler.onCommand(AdminWorld.session("reader"), kill)).isInstanceOf(Reply.Err.class);
        assertThat(world.control.actions()).isEmpty();
        assertThat(world.handler.onCommand(AdminWorld.session("maria"), kill)).isEqualTo(Reply.ok());
    }

    @Test
    void everybodyMayLook() {
        for (String sql : List.of("SELECT * FROM backends", "SHOW SESSIONS", "SELECT 1", "DESCRIBE help")) {
            assertThat(ask("reader", sql)).as(sql).isInstanceOf(Reply.ResultSet.class);
        }
    }

    @Test
    void theFileIsReadAnewWithTheOthers() throws IOException {
        write("reader operator \"r\"\n");

        assertThat(world.accounts.reload()).isEmpty();
        assertThat(ask("reader", "LOGS ROTATE")).isEqualTo(Reply.ok());
        assertThat(ask("boss", "SHOW SESSIONS"))
                .isEqualTo(Reply.error(1045, "28000", "Access denied; this account is gone"));
        assertThat(ask("root", "SAVE CONFIG")).isNotInstanceOf(Reply.Err.class);
        for (CommandType command : List.of(CommandType.COM_PROCESS_INFO, CommandType.COM_STATISTICS)) {
            assertThat(world.handler.onCommand(AdminWorld.session("boss"), FakeCommand.of(command, new byte[0])))
                    .isEqualTo(Statements.GONE);
        }
    }

    @Test
    void aFileThatIsWrongChangesNothing() throws IOException {
        write("boss admin oops\n");

        assertThat(world.accounts.reload())
                .singleElement()
                .asString()
                .contains("--admin-users-file=", "line 1: this is no hash")
                .doesNotContain("oops");
        assertThat(ask("boss", "SAVE CONFIG")).isNotInstanceOf(Reply.Err.class);
    }

    @Test
    void pluginsStatementsGetTheirArgumentsAndAreInTheHelp() {
        assertThat(ask("boss", "greet all 'the world' loudly 3 a-b /x/y;"))
                .isEqualTo(new Reply.Ok(0, 0, 0, "[the world, loudly, 3, a-b, /x/y] by boss@[::1]"));
        assertThat(world.rows("SELECT * FROM help").rows()).contains(List.of("GREET ALL", "greets"));
        assertThat(world.rows("SHOW HELP").rows()).contains(List.of("GREET ALL", "greets", "admin"));
    }
}
