package dev.mysqlproxy.testkit;

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.decision.RowDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.hook.LoginCompletedHook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.hook.RowHook;
import dev.mysqlproxy.api.hook.SessionOpenedHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PluginDriverTest {

    private static final Option<Integer> LIMIT = Option.integer("test-limit", 1, 10, "a number")
            .defaultsTo(3)
            .changeable()
            .build();
    private static final Option<List<String>> USERS =
            Option.list("test-users", "names").build();

    private final Recorder recorder = new Recorder();
    private final List<String> calls = recorder.calls;

    @Test
    void hooksAreCalledInTheOrderOfTheContract() {
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            SessionDriver session = driver.connect().login("app", "shop");
            assertThat(session.query("SELECT 1")).forwards();
            session.result(FakeResult.columns("1").row("1"));
            session.disconnect();
        }
        assertThat(calls)
                .containsExactly(
                        "opened",
                        "connect",
                        "handshake",
                        "auth app",
                        "auth result 0",
                        "login app OK",
                        "query SELECT 1",
                        "rows of [1]",
                        "completed SELECT 1 OK 1 rows",
                        "disconnect client-quit",
                        "stop");
    }

    @Test
    void aRefusedClientIsGone() {
        recorder.connect = ConnectDecision.refuse(Reply.error(1040, "08004", "full"));
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            SessionDriver session = driver.connect();
            assertThat(session.connectDecision()).refusesWith(1040);
            assertThat(session.isOpen()).isFalse();
            assertThatThrownBy(() -> session.login("app")).hasMessage("the session is over");
        }
        assertThat(calls).containsExactly("opened", "connect", "disconnect refused-by-plugin", "stop");
    }

    @Test
    void aClientGoesWhereTheHookSays() {
        recorder.connect = ConnectDecision.use(2);
        FakeContext context = new FakeContext();
        context.backends().addUp("db1");
        context.backends().addUp("db2:3307");
        try (PluginDriver driver = PluginDriver.start(recorder, context)) {
            SessionDriver session = driver.connect();
            assertThat(session.connectDecision()).uses(2);
            assertThat(session.view().backend()).contains("db2:3307");
        }
        assertThat(context.backends().snapshot().get(0).address()).isEqualTo("db1:3306");
    }

    @Test
    void aLoginThatTheServerRefusesEndsTheSession() {
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            assertThat(driver.connect().loginFails("eve", "").isOpen()).isFalse();
        }
        assertThat(calls).contains("auth result 255", "login eve ERR", "disconnect login-refused");
    }

    @Test
    void aLoginThatAHookRefusesNeverReachesTheServer() {
        recorder.login = LoginDecision.refuse(Reply.error(1045, "28000", "no"));
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            SessionDriver session = driver.connect().login("eve");
            assertThat(session.loginDecision()).refusesWith(1045);
        }
        assertThat(calls).contains("login eve ERR").doesNotContain("auth result 0");
    }

    @Test
    void anAnswerIsTheEndOfACommand() {
        recorder.decision = QueryDecision.answer(Reply.error(1290, "HY000", "not here"));
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            SessionDriver session = driver.connect().login("app");
            assertThat(session.query("DROP TABLE t"))
                    .answersError(1290)
                    .answers()
                    .hasErrorText("not here");
            assertThat(session.sent()).isEmpty();
            assertThat(session.query("DROP TABLE u")).answersError(1290);
            assertThat(session.isOpen()).isTrue();
        }
        assertThat(calls).contains("completed DROP TABLE t ANSWERED 0 rows");
    }

    @Test
    void aRefusalEndsTheSession() {
        recorder.decision = QueryDecision.refuse(Reply.error(1290, "HY000", "not here"));
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            SessionDriver session = driver.connect().login("app");
            assertThat(session.query("DROP TABLE t")).refusesWith(1290);
            assertThat(session.isOpen()).isFalse();
            assertThat(session.clientGot()).isError(1290);
        }
    }

    @Test
    void injectionsAreAnsweredOneByOne() {
        recorder.decision =
                QueryDecision.inject(Injection.query(1, "SET x = 1").needingResult(), Injection.query(2, "SELECT x"));
        recorder.results = List.of(ResultDecision.ignore(), ResultDecision.pass());
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            SessionDriver session = driver.connect().login("app");
            assertThat(session.query("SELECT y")).injects("SET x = 1", "SELECT x");
            assertThat(session.result(FakeResult.ok())).ignores();
            assertThat(session.result(FakeResult.columns("x").row("1"))).passes();
            assertThat(session.clientGot()).hasColumns("x").hasRows(List.of("1"));
        }
        assertThat(calls).contains("result 1 with packets", "result 2");
    }

    @Test
    void resultsCanBeReplacedAndMoreCanBeAsked() {
        recorder.decision = QueryDecision.inject(Injection.query(1, "SELECT 1").needingResult());
        recorder.results = List.of(
                new ResultDecision.Ignore(List.of(Injection.query(2, "SELECT 2").needingResult())),
                ResultDecision.replace(Reply.ok()));
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            driver.server(command -> FakeResult.columns("n").row(command.text()));
            SessionDriver session = driver.connect().login("app");
            assertThat(session.run("SELECT 0")).isOk();
            assertThat(session.sent()).containsExactly("SELECT 1", "SELECT 2");
        }
    }

    @Test
    void twoAnswersAreAnError() {
        recorder.decision = QueryDecision.inject(
                Injection.query(1, "a").needingResult(), Injection.query(2, "b").needingResult());
        recorder.results = List.of(ResultDecision.pass(), ResultDecision.pass());
        PluginDriver driver = PluginDriver.start(recorder);
        SessionDriver session = driver.connect().login("app");
        assertThatThrownBy(() -> session.run("c")).hasMessageContaining("second answer");
    }

    @Test
    void noAnswerIsAnError() {
        recorder.decision = QueryDecision.inject(Injection.query(1, "a").needingResult());
        recorder.results = List.of(ResultDecision.ignore());
        PluginDriver driver = PluginDriver.start(recorder);
        SessionDriver session = driver.connect().login("app");
        assertThatThrownBy(() -> session.run("c")).hasMessageContaining("without an answer");
    }

    @Test
    void rowsPassThroughRowHooks() {
        recorder.mask = true;
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            SessionDriver session = driver.connect().login("app");
            session.query("SELECT name, card FROM t");
            session.result(FakeResult.columns("name", "card").row("a", "1234").row(null, "5678"));
            assertThat(session.clientGot()).hasRow("a", "*").hasRow(null, "*").hasRowCount(2);
        }
    }

    @Test
    void lateDecisionsCome() {
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            CompletableFuture<QueryDecision> byTask = new CompletableFuture<>();
            recorder.decision = QueryDecision.later(byTask);
            driver.context().tasks().execute(() -> byTask.complete(QueryDecision.answer(Reply.ok())));
            SessionDriver session = driver.connect().login("app");
            assertThat(session.query("SELECT 1")).answers().isOk();

            CompletableFuture<QueryDecision> byTest = new CompletableFuture<>();
            recorder.decision = QueryDecision.later(byTest);
            assertThat(session.query("SELECT 2")).isPending();
            byTest.complete(QueryDecision.forward());
            assertThat(session.decision()).forwards();
            session.result(FakeResult.ok());
        }
    }

    @Test
    void preparedStatementsAreShownToThoseWhoNeedThem() {
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            SessionDriver session = driver.connect().login("app");
            session.execute("SELECT ?", "1", null);
            session.result(FakeResult.ok());
        }
        assertThat(calls).contains("parameters [Optional[1], Optional.empty]");
    }

    @Test
    void aCommandUnderWayIsLostWithItsSession() {
        try (PluginDriver driver = PluginDriver.start(recorder)) {
            SessionDriver session = driver.connect().login("app");
            session.query("SELECT SLEEP(9)");
            session.disconnect("backend-lost");
        }
        assertThat(calls).contains("completed SELECT SLEEP(9) LOST 0 rows", "disconnect backend-lost");
    }

    @Test
    void optionsTablesCommandsMetricsAndTimersWork() {
        try (PluginDriver driver = PluginDriver.start(recorder, "--test-limit", "5", "--test-users=a, b")) {
            assertThat(recorder.context.options().get(LIMIT)).isEqualTo(5);
            assertThat(recorder.context.options().get(USERS)).containsExactly("a", "b");
            driver.set("test-limit", "7");
            assertThat(recorder.context.options().get(LIMIT)).isEqualTo(7);
            assertThatThrownBy(() -> driver.set("test-limit", "8")).hasMessage("8 is too many");
            assertThatThrownBy(() -> driver.set("test-limit", "11")).hasMessageContaining("1.0 to 10.0");
            assertThat(recorder.context.options().get(LIMIT)).isEqualTo(7);
            assertThatThrownBy(() -> driver.set("test-users", "c")).hasMessageContaining("cannot change");

            driver.connect().login("app").query("SELECT 1");
            assertThat(driver.metric("test_queries_total", "app")).isEqualTo(1);
            assertThat(driver.table("test")).hasColumns("user", "limit").hasRow("app", 7L);

            assertThat(driver.command("test limit 'x' y")).isOk();
            assertThat(calls).contains("command [x, y] by root");

            driver.advance(Duration.ofSeconds(25));
            assertThat(calls).filteredOn("tick"::equals).hasSize(2);
        }
        assertThatThrownBy(() -> PluginDriver.start(new Recorder(), "--test-limits=1"))
                .hasMessageContaining("--test-limits");
        assertThat(PluginDriver.startFails(new Recorder(), "--test-limit=9")).isEqualTo("nine will not do");
    }

    /** Notes what it is asked and answers what the test wants. */
    private static final class Recorder implements ProxyPlugin {

        private final List<String> calls = new ArrayList<>();
        private ConnectDecision connect = ConnectDecision.proceed();
        private LoginDecision login = LoginDecision.proceed();
        private QueryDecision decision = QueryDecision.forward();
        private List<ResultDecision> results = List.of();
        private boolean mask;
        private PluginContext context;
        private Metrics.Labelled<Metrics.Counter> queries;

        @Override
        public List<Option<?>> options() {
            return List.of(LIMIT, USERS);
        }

        @Override
        public void start(PluginContext given) throws StartException {
            context = given;
            if (given.options().get(LIMIT) == 9) {
                throw new StartException("nine will not do");
            }
            queries = given.metrics().counter("test_queries_total", "queries", "user");
            given.addHook((SessionOpenedHook) session -> calls.add("opened"));
            given.addHook((ConnectHook) session -> {
                calls.add("connect");
                return connect;
            });
            given.addHook((HandshakeHook) (session, greeting) -> {
                calls.add("handshake");
                return LoginDecision.proceed();
            });
            given.addHook((AuthHook) (session, response) -> {
                calls.add("auth " + session.user().orElse(""));
                return login;
            });
            given.addHook((AuthResultHook) (session, packet) -> {
                calls.add("auth result " + (packet[0] & 0xff));
                return LoginDecision.proceed();
            });
            given.addHook((LoginCompletedHook) this::loggedIn);
            given.addHook((RowHook) this::rows);
            given.addHook((DisconnectHook) (session, cause) -> calls.add("disconnect " + cause));
            given.addHook(new Queries());
            given.addTable(new Table());
            given.addCommand(new Say());
            given.onChange(LIMIT, value -> {
                if (value == 8) {
                    throw new IllegalArgumentException("8 is too many");
                }
            });
            given.tasks().every(Duration.ofSeconds(10), () -> calls.add("tick"));
        }

        @Override
        public void stop() {
            calls.add("stop");
        }

        private void loggedIn(SessionView session, LoginSummary summary) {
            calls.add("login " + summary.user() + " " + summary.status());
        }

        private RowDecision rows(SessionView session, Command command, List<ResultView.Column> columns) {
            calls.add("rows of " + columns.stream().map(ResultView.Column::name).toList());
            if (!mask) {
                return RowDecision.pass();
            }
            return RowDecision.transform(columns, values -> {
                values.set(1, "*".getBytes(StandardCharsets.UTF_8));
                return values;
            });
        }

        /** Those that see commands. */
        private final class Queries implements QueryHook, QueryResultHook, QueryCompletedHook {

            private int results;

            @Override
            public Set<CommandType> commandTypes() {
                return Set.of(CommandType.COM_QUERY, CommandType.COM_STMT_EXECUTE);
            }

            @Override
            public Set<CommandType> completedTypes() {
                return Set.of(CommandType.COM_QUERY, CommandType.COM_STMT_EXECUTE);
            }

            @Override
            public boolean needsPreparedStatements() {
                return true;
            }

            @Override
            public QueryDecision onQuery(SessionView session, Command command) {
                calls.add("query " + command.text());
                queries.with(session.user().orElse("")).increment();
                if (command.is(CommandType.COM_STMT_EXECUTE)) {
                    calls.add("parameters " + command.parameters());
                }
                return decision;
            }

            @Override
            public ResultDecision onQueryResult(
                    SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
                calls.add("result " + injection.id()
                        + result.map(kept -> " with packets").orElse(""));
                results++;
                return Recorder.this.results.get(results - 1);
            }

            @Override
            public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
                calls.add("completed " + command.text() + " " + summary.status() + " " + summary.rows() + " rows");
            }
        }

        /** One row. */
        private final class Table implements AdminTable {

            @Override
            public String name() {
                return "test";
            }

            @Override
            public String comment() {
                return "for tests";
            }

            @Override
            public List<Column> columns() {
                return List.of(Column.text("user", "who"), Column.integer("limit", "how many"));
            }

            @Override
            public Iterable<List<Object>> rows() {
                return List.of(List.of("app", (long) context.options().get(LIMIT)));
            }
        }

        /** A statement. */
        private final class Say implements AdminCommand {

            @Override
            public String words() {
                return "TEST LIMIT";
            }

            @Override
            public String comment() {
                return "for tests";
            }

            @Override
            public Reply run(List<String> arguments, String by) {
                calls.add("command " + arguments + " by " + by);
                return Reply.ok();
            }
        }
    }
}
