package dev.mysqlproxy.it.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The real servers that this machine offers.
 *
 * <p>MySQL comes from the directory named by {@code -Dit.mysql.dist=DIR}, else from a Docker engine of this machine;
 * MariaDB comes from its embedded package on Linux x86-64. What is found is looked for once per JVM.
 */
public final class Servers {
    /** System property: a directory with {@code bin/mysqld}. */
    public static final String DIST_PROPERTY = "it.mysql.dist";

    /** System property: a directory with {@code bin/mariadbd}, made by {@code tools/mariadb-from-debian.sh}. */
    public static final String MARIADB_DIST_PROPERTY = "it.mariadb.dist";

    private static final String CONTAINER_CLASS = "org.testcontainers.mysql.MySQLContainer";

    private final List<ServerSource> sources = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    // Kept only once looking has succeeded, so that every caller hears of a wrong directory in plain words.
    private static Servers found;

    private Servers() {
        addMySql();
        addMariaDb();
        String line = "Test servers: "
                + (sources.isEmpty()
                        ? "none"
                        : String.join(
                                ", ", sources.stream().map(ServerSource::name).toList()))
                + (skipped.isEmpty() ? "" : "; skipped: " + String.join(", ", skipped));
        // Not a log line: it belongs into every test report, whatever the logging is set to.
        System.out.println(line);
    }

    private static synchronized Servers find() {
        if (found == null) {
            found = new Servers();
        }
        return found;
    }

    /**
     * All sources, in order of preference; tests run against each. The first call prints one line that names them and
     * says why others are skipped. Fails when {@link #DIST_PROPERTY} names a directory without a server.
     */
    public static List<ServerSource> available() {
        return List.copyOf(find().sources);
    }

    /**
     * Further versions of the kinds that are {@link #available()}, for tests of many versions: the MariaDB in the
     * directory named by {@link #MARIADB_DIST_PROPERTY}.
     */
    public static List<ServerSource> others() {
        String dist = System.getProperty(MARIADB_DIST_PROPERTY, "");
        return dist.isBlank() ? List.of() : List.of(MariaDbDist.in(Path.of(dist)));
    }

    /** The first of {@link #available()}; fails when there is none, saying why. */
    public static ServerSource preferred() {
        Servers servers = find();
        if (servers.sources.isEmpty()) {
            throw new ServerException("no server can run on this machine: " + String.join(", ", servers.skipped));
        }
        return servers.sources.get(0);
    }

    /** The source of one kind, if there is one. */
    public static Optional<ServerSource> of(TestServer.Kind kind) {
        return available().stream().filter(source -> source.kind() == kind).findFirst();
    }

    private void addMySql() {
        String dist = System.getProperty(DIST_PROPERTY, "");
        if (!dist.isBlank()) {
            sources.add(MySqlDist.in(Path.of(dist)));
            return;
        }
        Optional<String> obstacle =
                isPresent(CONTAINER_CLASS) ? DockerEngine.whyNot() : Optional.of("Testcontainers is not there");
        if (obstacle.isEmpty()) {
            sources.add(DockerMySql.create());
        } else {
            skipped.add("MySQL (no -D" + DIST_PROPERTY + "; " + obstacle.get() + ")");
        }
    }

    private void addMariaDb() {
        Optional<EmbeddedMariaDb> embedded = EmbeddedMariaDb.find();
        if (embedded.isPresent()) {
            sources.add(embedded.get());
        } else {
            String why = Machine.isLinuxX64() ? "its package is not on the class path" : "not Linux on x86-64";
            skipped.add("MariaDB (" + why + ")");
        }
    }

    private static boolean isPresent(String className) {
        try {
            Class.forName(className, false, Servers.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
