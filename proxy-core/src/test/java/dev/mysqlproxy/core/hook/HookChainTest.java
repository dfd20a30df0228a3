package dev.mysqlproxy.core.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.hook.LoginCompletedHook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.SessionOpenedHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
            throw new AssertionError();
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
        ResultDecision decision = HookChain.NONE.queryResult(injector, hook -> {
            throw new AssertionError();
        });
        assertThat(decision).isEqualTo(ResultDecision.pass());
    }
}
