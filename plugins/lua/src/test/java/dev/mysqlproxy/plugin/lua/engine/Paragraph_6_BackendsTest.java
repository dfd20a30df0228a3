package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.eval;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.view.BackendView;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 6: proxy.global.backends, pools and their users. */
class Paragraph_6_BackendsTest {

    @TempDir
    Path folder;

    private Bench bench;
    private ScriptHooks hooks;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
        bench.backends.add("10.0.0.1:3306", BackendView.Type.RW);
        bench.backends.add("db2.example:3307", BackendView.Type.RO);
        bench.backends.add("/run/mysqld.sock", BackendView.Type.RO);
        hooks = bench.hooks(Bench.EVAL);
    }

    private String run(String chunk) {
        return eval(hooks, session, chunk);
    }

    private String get(String what) {
        return run("return proxy.global.backends" + what);
    }

    @Test
    void theList() {
        assertThat(run("return #proxy.global.backends")).isEqualTo("3");
        assertThat(get("[0]")).isEqualTo("nil");
        assertThat(get("[4]")).isEqualTo("nil");
        assertThat(get("[-1]")).isEqualTo("nil");
        assertThat(get(".x")).contains("number expected, got string");
        assertThat(run("proxy.global.backends[1] = 5")).contains("attempt to index");
        bench.backends.add("10.0.0.9:3306", BackendView.Type.RW);
        assertThat(run("return #proxy.global.backends")).isEqualTo("4");
    }

    @Test
    void aBackend() {
        bench.backends.set(1, BackendView.State.DOWN, 17, Optional.of("ab-cd"));
        assertThat(get("[1].dst.name")).isEqualTo("10.0.0.1:3306");
        assertThat(get("[1].connected_clients")).isEqualTo("17");
        assertThat(run("return proxy.global.backends[1].state == proxy.BACKEND_STATE_DOWN"))
                .isEqualTo("true");
        assertThat(run("return proxy.global.backends[1].type == proxy.BACKEND_TYPE_RW"))
                .isEqualTo("true");
        assertThat(run("return proxy.global.backends[2].type == proxy.BACKEND_TYPE_RO"))
                .isEqualTo("true");
        assertThat(get("[1].uuid")).isEqualTo("ab-cd");
        assertThat(get("[2].uuid")).isEqualTo("nil");
        assertThat(get("[2].state")).isEqualTo("0");
        assertThat(get("[2].dst.address")).isEqualTo("db2.example");
        assertThat(get("[2].dst.port")).isEqualTo("3307");
        assertThat(get("[3].dst.type")).isEqualTo("1");
        assertThat(get("[1].address")).isEqualTo("nil");
        assertThat(get("[1].nothing")).isEqualTo("nil");
    }

    @Test
    void stateAndUuidCanBeSet() {
        assertThat(run("local b = proxy.global.backends[1] b.state = proxy.BACKEND_STATE_UP b.uuid = 'xyz'"
                        + " return b.state .. b.uuid"))
                .isEqualTo("1xyz");
        assertThat(bench.backends.views.get(0).state()).isEqualTo(BackendView.State.UP);
        assertThat(bench.backends.views.get(0).uuid()).contains("xyz");
        assertThat(run("proxy.global.backends[1].uuid = nil return proxy.global.backends[1].uuid"))
                .isEqualTo("nil");
        assertThat(run("proxy.global.backends[1].uuid = {}"))
                .endsWith("proxy.global.backends[...].uuid has to be a string");
        assertThat(run("proxy.global.backends[1].state = 'down'"))
                .contains("bad argument #3")
                .contains("number expected");
        assertThat(run("proxy.global.backends[1].state = 7")).contains("BACKEND_STATE_");
        assertThat(run("proxy.global.backends[1].type = 1"))
                .endsWith("proxy.global.backends[...].type is not writable");
    }

    @Test
    void oneLookServesOneHook() {
        run("return 1");
        bench.backends.snapshots = 0;
        run("local n = 0 for i = 1, #proxy.global.backends do n = n + proxy.global.backends[i].connected_clients"
                + " + proxy.global.backends[i].state end return n");
        assertThat(bench.backends.snapshots).isEqualTo(1);
        bench.backends.set(1, BackendView.State.UP, 3, Optional.empty());
        assertThat(get("[1].connected_clients")).as("the next hook looks again").isEqualTo("3");
    }

    @Test
    void thePool() {
        assertThat(get("[1].pool.max_idle_connections")).isEqualTo("0");
        assertThat(get("[1].pool.min_idle_connections")).isEqualTo("0");
        run("local p = proxy.global.backends[1].pool p.min_idle_connections = 4 p.max_idle_connections = 8");
        assertThat(bench.backends.pools.get(0).min).isEqualTo(4);
        assertThat(bench.backends.pools.get(0).max).isEqualTo(8);
        assertThat(get("[1].pool.min_idle_connections")).isEqualTo("4");
        run("proxy.global.backends[1].pool.min_idle_connections = -3");
        assertThat(bench.backends.pools.get(0).min).isEqualTo(0);
        assertThat(run("proxy.global.backends[1].pool.users = 1")).endsWith("proxy.backend[...].users is not writable");
        assertThat(run("proxy.global.backends[1].pool.max_idle_connections = {}"))
                .contains("number expected, got table");
        assertThat(get("[1].pool.other")).isEqualTo("nil");
    }

    @Test
    void idleConnectionsOfTheSessionsOwnUser() {
        session.idle.put(1, 6);
        assertThat(get("[1].pool.users['joe'].cur_idle_connections"))
                .as("before the login")
                .isEqualTo("6");
        session.user = Optional.of("joe");
        assertThat(get("[1].pool.users['joe'].cur_idle_connections")).isEqualTo("6");
        assertThat(get("[1].pool.users[proxy.connection.client.username].cur_idle_connections"))
                .isEqualTo("6");
        assertThat(get("[1].pool.users[''].cur_idle_connections")).isEqualTo("6");
        assertThat(get("[2].pool.users['joe'].cur_idle_connections")).isEqualTo("0");
    }

    @Test
    void idleConnectionsOfOthers() {
        session.user = Optional.of("joe");
        FakeBackends.FakePool pool = bench.backends.pools.get(0);
        pool.idle.put("ann", 2);
        pool.idle.put("bob", 5);
        assertThat(get("[1].pool.users.ann.cur_idle_connections")).isEqualTo("2");
        assertThat(get("[1].pool.users.bob.cur_idle_connections")).isEqualTo("5");
        assertThat(get("[1].pool.users.zoe.cur_idle_connections"))
                .as("the first with more than the minimum")
                .isEqualTo("2");
        pool.min = 3;
        assertThat(get("[1].pool.users.zoe.cur_idle_connections")).isEqualTo("5");
        pool.min = 5;
        assertThat(get("[1].pool.users.zoe.cur_idle_connections")).isEqualTo("0");
        assertThat(get("[1].pool.users.ann.other")).isEqualTo("nil");
        assertThat(get("[1].pool.users[{}]")).contains("string expected, got table");
    }
}
