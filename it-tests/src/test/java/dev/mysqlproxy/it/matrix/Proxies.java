package dev.mysqlproxy.it.matrix;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The proxies of a matrix: one before each server, with a listener for each way to speak to it. */
final class Proxies implements AutoCloseable {
    private final Map<MatrixServer, ProxyProcess> running = new HashMap<>();

    /** A way to speak to a server. */
    private record Hop(ServerTls tls, Compression compression) {
        static List<Hop> to(MatrixServer server) {
            return Arrays.stream(ServerTls.values())
                    .flatMap(tls -> Arrays.stream(Compression.values())
                            .filter(server.compressions()::contains)
                            .map(compression -> new Hop(tls, compression)))
                    .toList();
        }

        String group() {
            return tls.name().toLowerCase(Locale.ROOT) + "-" + compression.word();
        }

        String settings(MatrixServer server) {
            String ofTls = switch (tls) {
                case PLAIN -> "disabled";
                case AS_CLIENT -> "as-client";
                case VERIFIED -> "verify-identity&ssl-ca=" + server.certificate();
            };
            return "?group=" + group() + "&compression=" + compression.word() + "&ssl-mode=" + ofTls;
        }
    }

    /** Where a cell's client has to go. */
    synchronized int port(Cell cell) {
        ProxyProcess proxy = running.computeIfAbsent(cell.server(), Proxies::start);
        Hop hop = new Hop(cell.serverTls(), cell.serverCompression());
        return proxy.ports().get(Hop.to(cell.server()).indexOf(hop));
    }

    private static ProxyProcess start(MatrixServer server) {
        ProxyProcess.Setup setup = ProxyProcess.with()
                .plugins("proxy")
                .options(
                        "--proxy-ssl-mode=preferred",
                        "--proxy-ssl-cert=" + server.certificate(),
                        "--proxy-ssl-key=" + server.key(),
                        "--proxy-compression=zlib,zstd");
        List<String> addresses = new ArrayList<>();
        for (Hop hop : Hop.to(server)) {
            addresses.add(Target.HOST + ":0?group=" + hop.group());
            setup.backend(Target.HOST + ":" + server.port() + hop.settings(server));
        }
        return setup.addresses(addresses.toArray(String[]::new)).start();
    }

    @Override
    public synchronized void close() {
        running.values().forEach(ProxyProcess::close);
        running.clear();
    }
}
