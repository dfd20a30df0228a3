package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.server.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions with a script return all that they had. */
class ManySessionsIT {
    private static final int SESSIONS = 1000;
    private static final int AT_ONCE = 25;
    private static final int THREADS = 2;

    /** Of each session the script keeps more than a hundred times as much. */
    private static final long TOLERANCE = SESSIONS * 2_000L;

    @ParameterizedTest
    @ValueSource(strings = {"shared", "per-thread"})
    void leaveNothing(String states) {
        TestServer server = SharedServers.preferred();
        try (ProxyProcess proxy = Scripts.with(Scripts.ofTests("hostile/hoarder.lua"))
                .backend(server)
                .options("--lua-states=" + states, "--event-threads=" + THREADS)
                .javaOptions("-Xmx128m")
                .start()) {
            // what is loaded and pooled once and for all
            openAndClose(proxy, 4 * AT_ONCE);
            proxy.awaitNothingLeft(Integer.MAX_VALUE);
            long before = liveBytes(proxy);
            // now, as jcmd has opened one to attach
            int sockets = proxy.sockets().size();

            openAndClose(proxy, SESSIONS);

            proxy.awaitNothingLeft(sockets);
            String histogram = histogram(proxy);
            assertThat(instances(histogram, "dev.mysqlproxy.plugin.lua.engine.SessionScripts"))
                    .isZero();
            // the table proxy points at its last session until the next one comes
            assertThat(instances(histogram, "dev.mysqlproxy.plugin.lua.binding.SessionContext"))
                    .isLessThanOrEqualTo(THREADS);
            assertThat(total(histogram)).isLessThan(before + TOLERANCE);
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("IDLE").value()).isEqualTo("0");
            }
            assertThat(proxy.log().matching("\\((warning|critical|error)\\) (?!plugin )"))
                    .isEmpty();
        }
    }

    /** Every other one hangs up without a goodbye. */
    private static void openAndClose(ProxyProcess proxy, int sessions) {
        for (int done = 0; done < sessions; done += AT_ONCE) {
            List<RawClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < AT_ONCE; i++) {
                    RawClient client = Scripts.login(proxy);
                    clients.add(client);
                    assertThat(client.query("SELECT " + i).value()).isEqualTo("" + i);
                }
            } finally {
                for (int i = 0; i < clients.size(); i++) {
                    if (i % 2 == 0) {
                        clients.get(i).close();
                    } else {
                        clients.get(i).wire().close();
                    }
                }
            }
        }
    }

    /** What is alive after a full collection. */
    private static String histogram(ProxyProcess proxy) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        return Shell.run(List.of(jcmd.toString(), Long.toString(proxy.pid()), "GC.class_histogram"), Map.of())
                .ok()
                .output();
    }

    private static long liveBytes(ProxyProcess proxy) {
        return total(histogram(proxy));
    }

    private static long total(String histogram) {
        Matcher matcher = Pattern.compile("(?m)^Total +\\d+ +(\\d+)").matcher(histogram);
        assertThat(matcher.find()).as(histogram).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static long instances(String histogram, String className) {
        Matcher matcher = Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(className) + "( |$)")
                .matcher(histogram);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
