package dev.mysqlproxy.it.auditing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;

/** A proxy's audit in a folder. */
final class Audit {
    static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE);

    private final Path folder;

    Audit(Path folder) {
        this.folder = folder;
    }

    Path file() {
        return folder.resolve("audit.log");
    }

    /** A proxy whose auditing plugin comes first, writing to {@link #file} unless told otherwise. */
    ProxyProcess.Setup proxy(TestServer server, String... options) {
        return ProxyProcess.with()
                .backend(server)
                .plugins("auditing,proxy,admin")
                .options("--auditing-file=" + file())
                .options(options);
    }

    static RawClient login(ProxyProcess proxy) {
        return RawClient.login(ProxyProcess.HOST, proxy.port(), APP);
    }

    /** The records of all files, oldest first; their numbers must be without gaps. */
    List<JsonObject> records() {
        List<JsonObject> records = new ArrayList<>();
        for (Path file : files()) {
            text(file).lines().forEach(line -> records.add(new JsonObject(line)));
        }
        for (int i = 0; i < records.size(); i++) {
            assertThat(records.get(i).getInteger("seq")).isEqualTo(i + 1);
        }
        return records;
    }

    /** All files, oldest first. */
    List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> sorted = new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().startsWith("audit.log"))
                            .sorted()
                            .toList());
            if (sorted.remove(file())) {
                sorted.add(file());
            }
            return sorted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try (InputStream plain = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(plain) : plain) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for whole lines of which one is as described. */
    void await(Predicate<String> line) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Files.exists(file()) && text(file()).lines().anyMatch(line));
    }

    /** The row of the table {@code audit}. */
    static String status(ProxyProcess proxy, String column) {
        return proxy.admin("SELECT " + column + " FROM audit").get(0).get(column);
    }

    static void awaitStatus(ProxyProcess proxy, String column, Predicate<String> wanted) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> wanted.test(status(proxy, column)));
    }
}
