package dev.mysqlproxy.core.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.decision.RowDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.hook.LoginCompletedHook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.hook.RowHook;
import dev.mysqlproxy.api.hook.SessionOpenedHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HookChainTest {

    private static Registered<Hook> open(Hook hook) {
        return new Registered<>("open", false, hook);
    }

    private static Registered<Hook> closed(Hook hook) {
        return new Registered<>("closed", true, hook);
    }

    private static QueryHook wants(CommandType type) {
        return new QueryHook() {
            @Override
            public QueryDecision onQuery(SessionView session, Command command) {
                return QueryDecision.forward();
            }

            @Override
            public Set<CommandType> commandTypes() {
                return EnumSet.of(type);
            }
        };
    }

    @Test
    void nobodyWantsAnything() {
        HookChain none = HookChain.NONE;
        for (int code = 0; code < 256; code++) {
            assertThat(none.watches(code)).isFalse();
        }
        assertThat(none.seesHandshake() || none.seesAuth() || none.seesAuthResult() || none.seesCompleted(3))
                .isFalse();
        assertThat(none.connect(null)).isEqualTo(ConnectDecision.proceed());
        assertThat(none.handshake(null, new byte[0])).isEqualTo(LoginDecision.proceed());
        assertThat(none.query(null, null).decision()).isEqualTo(QueryDecision.forward());
        none.disconnect(null, "test");
    }

    @Test
    void onlyCommandsThatSomebodyWantsAreWatched() {
        HookChain chain = new HookChain(
                List.of(open(wants(CommandType.COM_QUERY)), open(wants(CommandType.COM_STMT_BULK_EXECUTE))));
        for (int code = 0; code < 256; code++) {
            assertThat(chain.watches(code)).isEqualTo(code == 0x03 || code == 0xfa);
        }
    }

    @Test
    void whoIsToldOfEveryEndWatchesEveryNamedCommand() {
        QueryCompletedHook hook = (session, command, summary) -> {};
        HookChain chain = new HookChain(List.of(open(hook)));
        assertThat(chain.seesCompleted(3)).isTrue();
        for (int code = 0; code < 256; code++) {
            assertThat(chain.watches(code)).isEqualTo(CommandType.of(code).isPresent());
        }
    }

    @Test
    void commandsThatNobodyWatchesKeepTheFreeRoad() {
        QueryCompletedHook queries = new QueryCompletedHook() {
            @Override
            public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {}

            @Override
            public Set<CommandType> completedTypes() {
                return EnumSet.of(CommandType.COM_QUERY);
            }
        };
        HookChain chain = new HookChain(List.of(open(queries)));
        for (int code = 0; code < 256; code++) {
            assertThat(chain.watches(code)).isEqualTo(code == 0x03);
            assertThat(chain.seesCompleted(code)).isEqualTo(code == 0x03);
        }
        assertThat(chain.wantsPrepared()).isFalse();
    }

    @Test
    void whoWantsPreparedStatementsMakesTheirCommandsWatched() {
        QueryCompletedHook wants = new QueryCompletedHook() {
            @Override
            public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {}

            @Override
            public Set<CommandType> completedTypes() {
                return EnumSet.of(CommandType.COM_STMT_EXECUTE);
            }

            @Override
            public boolean needsPreparedStatements() {
                return true;
            }
        };
        HookChain chain = new HookChain(List.of(open(wants)));
        assertThat(chain.wantsPrepared()).isTrue();
        assertThat(IntStream.range(0, 256).filter(chain::watches)).containsExactly(0x16, 0x17, 0x18, 0x19, 0x1a);
        assertThat(chain.seesCompleted(0x16)).isFalse();
    }

    @Test
    void observersOfSessionsAndLogins() {
        List<String> told = new ArrayList<>();
        SessionOpenedHook opened = session -> told.add("opened");
        LoginCompletedHook login = (session, summary) -> told.add("login " + summary.status());
        LoginCompletedHook fails = (session, summary) -> {
            throw new IllegalStateException("test");
        };
        HookChain chain = new HookChain(List.of(closed(fails), open(opened), open(login)));
        assertThat(chain.seesLoginCompleted()).isTrue();
        assertThat(HookChain.NONE.seesLoginCompleted()).isFalse();
        chain.sessionOpened(null);
        chain.loginCompleted(null, new LoginSummary(false, "u", "", LoginSummary.Status.OK, 0, "", "", 1));
        assertThat(told).containsExactly("opened", "login OK");
    }

    @Test
    void eachKindOfHookIsSeen() {
        HandshakeHook handshake = (session, greeting) -> null;
        AuthHook auth = (session, response) -> null;
        AuthResultHook result = (session, packet) -> null;
        assertThat(new HookChain(List.of(open(handshake))).seesHandshake()).isTrue();
        assertThat(new HookChain(List.of(open(auth))).seesAuth()).isTrue();
        assertThat(new HookChain(List.of(open(result))).seesAuthResult()).isTrue();
    }

    @Test
    void theFirstDecisionCounts() {
        List<String> asked = new ArrayList<>();
        ConnectHook passes = session -> {
            asked.add("passes");
            return ConnectDecision.proceed();
        };
        ConnectHook saysNothing = session -> {
            asked.add("says nothing");
            return null;
        };
        ConnectHook decides = session -> ConnectDecision.use(2);
        ConnectHook isNotAsked = session -> {
            asked.add("is not asked");
            return null;
        };
        HookChain chain = new HookChain(List.of(open(passes), open(saysNothing), open(decides), open(isNotAsked)));
        assertThat(chain.connect(null)).isEqualTo(ConnectDecision.use(2));
        assertThat(asked).containsExactly("passes", "says nothing");
    }

    @Test
    void aFailureIsNoDecisionOrTheEnd() {
        ConnectHook fails = session -> {
            throw new IllegalStateException("test");
        };
        ConnectHook decides = session -> ConnectDecision.use(2);
        assertThat(new HookChain(List.of(open(fails), open(decides))).connect(null))
                .isEqualTo(ConnectDecision.use(2));
        assertThatThrownBy(() -> new HookChain(List.of(closed(fails), open(decides))).connect(null))
                .isInstanceOf(HookFailedException.class)
                .hasMessage("plugin closed failed in connect");
    }

    static Stream<Throwable> whatPluginsThrow() {
        return Stream.of(
                new IllegalStateException("test"),
                new IOException("compilers of other languages do not ask for a throws"),
                new NoClassDefFoundError("test"),
                new AssertionError("test"),
                new StackOverflowError());
    }

    /** Throws what it was made with in each of its hooks. */
    private record Failing(Throwable failure)
            implements SessionOpenedHook,
                    ConnectHook,
                    HandshakeHook,
                    AuthHook,
                    AuthResultHook,
                    LoginCompletedHook,
                    QueryHook,
                    QueryResultHook,
                    RowHook,
                    QueryCompletedHook,
                    DisconnectHook {

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // throws what the compiler does not see
        private static <E extends Throwable> RuntimeException thrown(Throwable failure) throws E {
            throw (E) failure;
        }

        private RuntimeException failed() {
            return Failing.<RuntimeException>thrown(failure);
        }

        @Override
        public void onSessionOpened(SessionView session) {
            throw failed();
        }

        @Override
        public ConnectDecision onConnect(SessionView session) {
            throw failed();
        }

        @Override
        public LoginDecision onHandshake(SessionView session, byte[] greeting) {
            throw failed();
        }

        @Override
        public LoginDecision onAuth(SessionView session, byte[] response) {
            throw failed();
        }

        @Override
        public LoginDecision onAuthResult(SessionView session, byte[] packet) {
            throw failed();
        }

        @Override
        public void onLoginCompleted(SessionView session, LoginSummary login) {
            throw failed();
        }

        @Override
        public QueryDecision onQuery(SessionView session, Command command) {
            throw failed();
        }

        @Override
        public ResultDecision onQueryResult(
                SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
            throw failed();
        }

        @Override
        public RowDecision onResultSet(SessionView session, Command command, List<ResultView.Column> columns) {
            throw failed();
        }

        @Override
        public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
            throw failed();
        }

        @Override
        public void onDisconnect(SessionView session, String cause) {
            throw failed();
        }
    }

    @ParameterizedTest
    @MethodSource("whatPluginsThrow")
    void whateverAHookThrowsIsAFailureInEachOfThem(Throwable failure) {
        Failing hook = new Failing(failure);
        Command command = (Command) Proxy.newProxyInstance(
                Command.class.getClassLoader(),
                new Class<?>[] {Command.class},
                (proxy, method, arguments) -> method.getName().equals("code") ? CommandType.COM_QUERY.code() : null);
        for (Registered<Hook> registered : List.of(open(hook), closed(hook))) {
            HookChain chain = new HookChain(List.of(registered));
            // observers: never more than a line in the log
            chain.sessionOpened(null);
            chain.loginCompleted(null, null);
            chain.completed(null, command, null);
            chain.disconnect(null, "killed");
        }
        HookChain open = new HookChain(List.of(open(hook)));
        assertThat(open.connect(null)).isEqualTo(ConnectDecision.proceed());
        assertThat(open.handshake(null, null)).isEqualTo(LoginDecision.proceed());
        assertThat(open.auth(null, null)).isEqualTo(LoginDecision.proceed());
        assertThat(open.authResult(null, null)).isEqualTo(LoginDecision.proceed());
        assertThat(open.query(null, command).decision()).isEqualTo(QueryDecision.forward());
        assertThat(open.rows(null, command, List.of())).isEmpty();
        HookChain closed = new HookChain(List.of(closed(hook)));
        List<ThrowingCallable> deciding = List.of(
                () -> closed.connect(null),
                () -> closed.handshake(null, null),
                () -> closed.auth(null, null),
                () -> closed.authResult(null, null),
                () -> closed.query(null, command),
                () -> closed.rows(null, command, List.of()),
                () -> closed.queryResult(
                        new Registered<>("closed", true, hook),
                        by -> by.onQueryResult(null, null, null, Optional.empty())));
        assertThat(deciding).allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(HookFailedException.class));
    }

    @Test
    void everybodyIsToldOfTheEndWhateverOthersDo() {
        List<String> told = new ArrayList<>();
        DisconnectHook fails = (session, cause) -> {
            throw new NoClassDefFoundError("test");
        };
        DisconnectHook hears = (session, cause) -> told.add(cause);
        new HookChain(List.of(closed(fails), open(hears), closed(fails), open(hears))).disconnect(null, "killed");
        assertThat(told).containsExactly("killed", "killed");
    }

    @Test
    void aHookThatLooksAtNoResultsPassesThem() {
        Registered<QueryHook> injector = new Registered<>("a", true, wants(CommandType.COM_QUERY));
        AtomicBoolean asked = new AtomicBoolean();
        ResultDecision decision = HookChain.NONE.queryResult(injector, hook -> {
            asked.set(true);
            return null;
        });
        assertThat(decision).isEqualTo(ResultDecision.pass());
        assertThat(asked).isFalse();
    }
}
