package dev.mysqlproxy.it.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every client meets every server through the proxy, with every pair of settings, and sees what it sees without it.
 *
 * <p>System properties: {@code it.matrix} is {@code bundled} (clients that need no installation; the default),
 * {@code machine} (and those that this machine has), both with each pair of settings once and each client twice at least,
 * {@code pairs} (all clients, and each of them with every setting), {@code full} (each combination) or {@code plain} (each
 * pair without TLS and compression, whose ports are written to the file {@code it.matrix.ports});
 * {@code it.matrix.clients} is a regular expression for their names; with {@code it.matrix.road=direct} the second run
 * is without the proxy, too.
 */
class MatrixIT {
    private static final int RUNS_AT_A_TIME = 2;

    private static List<MatrixServer> servers = List.of();
    private static ExecutorService runs;
    private static Proxies proxies;

    @TestFactory
    Stream<DynamicTest> cells() {
        String choice = System.getProperty("it.matrix", "bundled");
        servers = MatrixServer.all();
        List<Cell> cells = possible(clients(choice), servers);
        if (choice.equals("plain")) {
            cells = cells.stream().filter(Cell::isReadable).toList();
        }
        if (choice.equals("bundled") || choice.equals("machine")) {
            cells = few(cells);
        } else if (!choice.equals("full")) {
            cells = Pairwise.choose(cells, Cell::values);
        }
        // those that share a server follow each other
        cells = cells.stream()
                .sorted(Comparator.comparing(cell -> cell.server().toString()))
                .toList();
        System.out.println("Matrix: " + cells.size() + " runs");
        proxies = System.getProperty("it.matrix.road", "proxy").equals("direct") ? null : new Proxies();
        runs = Executors.newFixedThreadPool(RUNS_AT_A_TIME);
        Set<Cell> big = switch (choice) {
            case "plain" -> Set.of();
            case "full" -> Set.copyOf(cells);
            default -> withBigValues(cells);
        };
        return start(cells, big).stream();
    }

    /** Each pair of settings with whatever client, and each client plainly and through TLS. */
    private static List<Cell> few(List<Cell> cells) {
        Set<Cell> chosen = new LinkedHashSet<>(Pairwise.choose(cells, Cell::settings));
        for (MatrixClient client :
                cells.stream().map(Cell::client).collect(Collectors.toCollection(LinkedHashSet::new))) {
            for (boolean tls : new boolean[] {false, true}) {
                List<Cell> own = cells.stream()
                        .filter(cell -> cell.client() == client && cell.clientTls() == tls)
                        .toList();
                if (own.stream().noneMatch(chosen::contains) && !own.isEmpty()) {
                    chosen.add(own.get(own.size() / 2));
                }
            }
        }
        return List.copyOf(chosen);
    }

    private static List<MatrixClient> clients(String choice) {
        String names = System.getProperty("it.matrix.clients", ".*");
        List<MatrixClient> found = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        Stream.of(
                        Arrays.asList(JdbcClient.values()),
                        List.of(new R2dbcClient(), new VertxClient()),
                        ProgramClient.all())
                .flatMap(Collection::stream)
                .filter(client -> client.title().toLowerCase(Locale.ROOT).matches(names.toLowerCase(Locale.ROOT)))
                .forEach(client -> {
                    if (!client.isBundled() && choice.equals("bundled")) {
                        skipped.add(client.title() + " (only with -Dit.matrix=machine)");
                    } else if (client.version().isEmpty()) {
                        skipped.add(client.title() + " (not on this machine)");
                    } else {
                        System.out.println("Matrix: " + client.title() + ": "
                                + client.version().get().replace("\n", "; "));
                        found.add(client);
                    }
                });
        if (!skipped.isEmpty()) {
            System.out.println("Matrix: skipped: " + String.join(", ", skipped));
        }
        return found;
    }

    private static List<Cell> possible(List<MatrixClient> clients, List<MatrixServer> servers) {
        List<Cell> all = new ArrayList<>();
        for (MatrixClient client : clients) {
            for (MatrixServer server : servers) {
                for (AuthMethod method : AuthMethod.values()) {
                    hops(client, server, method).filter(Cell::isPossible).forEach(all::add);
                }
            }
        }
        return all;
    }

    private static Stream<Cell> hops(MatrixClient client, MatrixServer server, AuthMethod method) {
        return Stream.of(false, true)
                .flatMap(tls -> Arrays.stream(Compression.values())
                        .flatMap(near -> Arrays.stream(ServerTls.values())
                                .flatMap(serverTls -> Arrays.stream(Compression.values())
                                        .map(far -> new Cell(client, server, tls, near, serverTls, far, method)))));
    }

    private static List<DynamicTest> start(List<Cell> cells, Set<Cell> big) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Cell cell : cells) {
            CellRun run = new CellRun(cell, tests.size(), big.contains(cell));
            Future<?> result = runs.submit(() -> {
                run.compare(proxies);
                return null;
            });
            tests.add(DynamicTest.dynamicTest(cell.toString(), () -> await(result)));
        }
        return tests;
    }

    /** The cells whose clients send the longest values: one of each client, and of each server in turn. */
    private static Set<Cell> withBigValues(List<Cell> cells) {
        Map<MatrixClient, List<Cell>> byClient =
                cells.stream().collect(Collectors.groupingBy(Cell::client, LinkedHashMap::new, Collectors.toList()));
        Set<Cell> chosen = new HashSet<>();
        for (List<Cell> ofClient : byClient.values()) {
            chosen.add(ofClient.get(chosen.size() * ofClient.size() / byClient.size()));
        }
        return chosen;
    }

    private static void await(Future<?> result) throws Exception {
        try {
            result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failed) {
                throw failed;
            }
            throw e;
        }
    }

    @AfterAll
    static void stop() throws IOException {
        String ports = System.getProperty("it.matrix.ports", "");
        if (!ports.isBlank()) {
            Files.write(
                    Path.of(ports),
                    CellRun.ports().stream().map(String::valueOf).toList());
        }
        if (runs != null) {
            assertThat(runs.shutdownNow()).isEmpty();
        }
        if (proxies != null) {
            proxies.close();
        }
        servers.forEach(MatrixServer::close);
    }
}
