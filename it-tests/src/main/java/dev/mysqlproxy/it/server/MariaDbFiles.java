package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a MariaDB server, and how to make a data directory with them.
 *
 * @param version what names the data directory in the cache
 * @param share where its messages, character sets and SQL scripts are
 * @param plugins its plugin directory, null for the program's own
 */
record MariaDbFiles(String version, Path executable, Path basedir, Path share, Path plugins) {
    private static final Duration BOOTSTRAP_PATIENCE = Duration.ofSeconds(60);

    // Raised whenever what bootstrap() makes changes.
    private static final String TEMPLATE_SUFFIX = "-data-v1";

    private static final List<String> SYSTEM_TABLES =
            List.of("_system_tables.sql", "_performance_tables.sql", "_system_tables_data.sql");

    TestServer start(ServerCache cache, ServerOptions options) {
        Path template = cache.get("mariadb-" + version + TEMPLATE_SUFFIX, this::bootstrap);
        ServerProgram program = new ServerProgram(
                TestServer.Kind.MARIADB, executable, fixedArguments(), template, TlsFiles.from(cache));
        return LocalServer.start(program, options);
    }

    private List<String> fixedArguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--no-defaults",
                "--basedir=" + basedir,
                "--lc-messages-dir=" + share,
                "--character-sets-dir=" + share.resolve("charsets")));
        if (plugins != null) {
            arguments.add("--plugin-dir=" + plugins);
        }
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
            command.add(executable.toString());
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
            // The two variables are asked by the last of them: no socket login, no anonymous users.
            String head = "CREATE DATABASE mysql;\nUSE mysql;\n"
                    + "SET @auth_root_socket = NULL;\nSET @skip_auth_anonymous = 1;\n";
            out.write(head.getBytes(StandardCharsets.UTF_8));
            for (String file : SYSTEM_TABLES) {
                Files.copy(script(file), out);
                out.write('\n');
            }
            // The last script also makes a root without a password for this machine's own name.
            String tail = "DELETE FROM mysql.global_priv WHERE Host NOT IN ('localhost', '127.0.0.1', '');\n"
                    + "DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';\n";
            out.write(tail.getBytes(StandardCharsets.UTF_8));
        }
    }
    /** Older versions call their scripts by MySQL's name. */
    private Path script(String ending) {
        Path named = share.resolve("mariadb" + ending);
        return Files.exists(named) ? named : share.resolve("mysql" + ending);
    }
}
