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
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
        assertThat(none.seesHandshake() || none.seesAuth() || none.seesAuthResult() || none.seesCompleted())
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
        assertThat(chain.seesCompleted()).isTrue();
        for (int code = 0; code < 256; code++) {
            assertThat(chain.watches(code)).isEqualTo(CommandType.of(code).isPresent());
        }
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
