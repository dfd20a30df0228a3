package dev.mysqlproxy.it.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Runs one cell's client on both roads and compares what it saw. */
final class CellRun {
    private static final int BIG = 40 << 20;
    private static final int LESS = 1 << 20;

    /** Long values take memory: one run with them at a time. */
    private static final Semaphore BIG_ONES = new Semaphore(1);

    private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

    private final Cell cell;
    private final String account;
    private final boolean isBig;

    /** A run with an account of its own; a big one has the longest values. */
    CellRun(Cell cell, int number, boolean isBig) {
        this.cell = cell;
        this.account = "mx" + number;
        this.isBig = isBig;
    }

    /** All ports that clients have met. */
    static Set<Integer> ports() {
        return Set.copyOf(PORTS);
    }

    /** Compares; with {@code proxies} null the second road is the first again, which shows what is not stable. */
    void compare(Proxies proxies) throws Exception {
        if (isBig) {
            BIG_ONES.acquire();
        }
        long started = System.nanoTime();
        try {
            List<String> direct = run(cell.server().port());
            checkHop(direct, cell.clientTls(), cell.clientCompression());
            List<String> second;
            if (proxies == null) {
                second = run(cell.server().port());
                checkHop(second, cell.clientTls(), cell.clientCompression());
            } else {
                second = run(proxies.port(cell));
                checkHop(second, cell.serverTls().isOn(cell.clientTls()), cell.serverCompression());
            }
            assertSame(direct, second);
        } finally {
            if (isBig) {
                BIG_ONES.release();
            }
            cell.server().remove(account);
            System.out.printf(
                    Locale.ROOT,
                    "Matrix: %.1f s %s%s%n",
                    (System.nanoTime() - started) / 1e9,
                    cell,
                    isBig ? " (big)" : "");
        }
    }

    private List<String> run(int port) throws Exception {
        PORTS.add(port);
        cell.server().prepare(account, cell.method());
        Target target = target(port);
        if (cell.method() == AuthMethod.CACHING_SHA2_WARM) {
            warm();
        }
        return cell.client().run(target);
    }

    private Target target(int port) {
        return new Target(
                cell.server().kind(),
                port,
                account,
                cell.method().password(),
                cell.clientTls(),
                cell.clientCompression(),
                cell.server().certificate(),
                isBig ? BIG : LESS);
    }

    /** Fills the server's cache by logins that are not the client's. */
    private void warm() throws Exception {
        Target target = target(cell.server().port());
        for (String user : List.of(target.account(), target.other())) {
            JdbcClient.CONNECTOR_J.open(target, Map.of("user", user)).close();
        }
    }

    /** The server's view of its hop. */
    private void checkHop(List<String> lines, boolean tls, Compression compression) {
        if (cell.client().tellsHop()) {
            assertThat(lines).as("TLS before the server").anyMatch(line -> line.matches("hop\\.Ssl_cipher\t.*"));
            assertThat(lines.stream().anyMatch(line -> line.matches("hop\\.Ssl_cipher\t.+")))
                    .as("TLS before the server")
                    .isEqualTo(tls);
            assertThat(lines)
                    .as("compression before the server")
                    .contains("hop.Compression\t" + (compression == Compression.NONE ? "OFF" : "ON"));
        }
    }

    private void assertSame(List<String> direct, List<String> second) {
        Map<String, String> expected = byFeature(direct);
        Map<String, String> seen = byFeature(second);
        expected.keySet().removeIf(feature -> KnownDifferences.allow(cell, feature));
        seen.keySet().removeIf(feature -> KnownDifferences.allow(cell, feature));
        assertThat(expected).as("features without the proxy").hasSizeGreaterThan(2);
        assertThat(seen.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (feature, lines) -> assertThat(seen.get(feature)).as(feature).isEqualTo(lines));
    }

    private static Map<String, String> byFeature(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith("hop."))
                .collect(Collectors.groupingBy(
                        line -> line.contains("\t") ? line.substring(0, line.indexOf('\t')) : "",
                        LinkedHashMap::new,
                        Collectors.joining("\n")));
    }
}
