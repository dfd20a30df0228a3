package dev.mysqlproxy.it.matrix;

import dev.mysqlproxy.it.proxy.Shell;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A client program of {@code src/test/clients}. It reads {@link Target#environment()} and writes its lines to its
 * output; with {@code --version} it names its version, or fails when what it needs is not there.
 */
final class ProgramClient implements MatrixClient {
    private static final Set<AuthMethod> ALL = EnumSet.allOf(AuthMethod.class);
    private static final Set<AuthMethod> NOT_ED25519 = EnumSet.complementOf(EnumSet.of(AuthMethod.ED25519));
    private static final Set<AuthMethod> NOT_SHA256 = EnumSet.complementOf(EnumSet.of(AuthMethod.SHA256));
    private static final Set<Compression> NONE = EnumSet.of(Compression.NONE);
    private static final Set<Compression> ZLIB = EnumSet.of(Compression.NONE, Compression.ZLIB);

    private final String title;
    private final List<String> command;
    private final Set<Compression> compressions;
    private final Set<AuthMethod> methods;
    private Optional<String> version;

    private ProgramClient(String title, List<String> command, Set<Compression> compressions, Set<AuthMethod> methods) {
        this.title = title;
        this.command = command;
        this.compressions = compressions;
        this.methods = methods;
    }

    /** All that there are, on this machine or not. */
    static List<ProgramClient> all() {
        List<ProgramClient> all = new ArrayList<>();
        String dist = System.getProperty("it.mysql.dist", "");
        if (!dist.isBlank()) {
            String bin = Path.of(dist, "bin").toAbsolutePath().toString();
            all.add(of(
                    "mysql", EnumSet.allOf(Compression.class), NOT_ED25519, "bash", "cli/client.sh", bin + "/mysql"));
            all.add(of(
                    "mysql tools", EnumSet.allOf(Compression.class), NOT_ED25519, "bash", "cli/mysql-tools.sh", bin));
        }
        all.add(of("mariadb", ZLIB, NOT_SHA256, "bash", "cli/client.sh", "mariadb"));
        all.add(of("mariadb tools", ZLIB, NOT_SHA256, "bash", "cli/mariadb-tools.sh"));
        all.add(of("sysbench", NONE, NOT_SHA256, "bash", "cli/sysbench.sh"));
        all.add(of("node mysql2", ZLIB, NOT_ED25519, "node", "node/mysql2.js"));
        all.add(of("node mariadb", ZLIB, ALL, "node", "node/mariadb.js"));
        all.add(of(
                "PHP",
                ZLIB,
                NOT_ED25519,
                "php",
                "-d",
                "memory_limit=1G",
                "-d",
                "mysqli.allow_local_infile=1",
                "php/mysqli.php"));
        // the first python3 of the path may not be the system's, which has the packages
        String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
        all.add(of("PyMySQL", NONE, ALL, python, "python/features.py"));
        all.add(of("Perl DBD::mysql", ZLIB, NOT_SHA256, "perl", "perl/dbd.pl", "mysql"));
        all.add(of("Perl DBD::MariaDB", ZLIB, NOT_SHA256, "perl", "perl/dbd.pl", "MariaDB"));
        all.add(of("Ruby mysql2", ZLIB, NOT_SHA256, "ruby", "ruby/mysql2.rb"));
        return all;
    }

    private static ProgramClient of(
            String title, Set<Compression> compressions, Set<AuthMethod> methods, String... command) {
        List<String> words = new ArrayList<>();
        for (String word : command) {
            boolean isOurs = word.matches("[a-z]+/[a-z0-9-]+\\.[a-z]+");
            words.add(isOurs ? Features.folder().resolve(word).toString() : word);
        }
        return new ProgramClient(title, words, compressions, methods);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean isBundled() {
        return title.startsWith("mysql");
    }

    @Override
    public boolean tellsHop() {
        return !title.endsWith("tools") && !title.equals("sysbench");
    }

    @Override
    public synchronized Optional<String> version() {
        if (version == null) {
            version = askVersion();
        }
        return version;
    }

    private Optional<String> askVersion() {
        List<String> asking = new ArrayList<>(command);
        asking.add("--version");
        try {
            Shell.Result result = Shell.run(asking, environment());
            return result.exitCode() == 0 ? Optional.of(result.output().strip()) : Optional.empty();
        } catch (UncheckedIOException noSuchProgram) {
            return Optional.empty();
        }
    }

    @Override
    public Set<Compression> compressions() {
        return compressions;
    }

    @Override
    public Set<AuthMethod> methods() {
        return methods;
    }

    @Override
    public List<String> run(Target target) {
        Map<String, String> environment = environment();
        environment.putAll(target.environment());
        return Shell.run(command, environment).output().lines().toList();
    }

    /** Where CI keeps the packages of Node.js. */
    private static Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base = cache == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        environment.put(
                "NODE_PATH",
                base.resolve("mysql-proxy/clients-node/node_modules").toString());
        return environment;
    }
}
