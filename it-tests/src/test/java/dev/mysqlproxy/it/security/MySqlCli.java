package dev.mysqlproxy.it.security;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** MySQL's own command line client, of the tested distribution. */
final class MySqlCli {
    private static final String DIST = System.getProperty("it.mysql.dist", "");

    private MySqlCli() {}

    static boolean isThere() {
        return !DIST.isBlank() && Files.isExecutable(program());
    }

    private static Path program() {
        return Path.of(DIST, "bin", "mysql");
    }

    /** Runs a statement; the test is skipped where there is no such client. */
    static Shell.Result run(int port, String user, String password, String sql, String... options) {
        assumeTrue(isThere(), "no mysql of MySQL's in -Dit.mysql.dist");
        List<String> command = new ArrayList<>(List.of(
                program().toString(),
                "--no-defaults",
                "-h",
                ProxyProcess.HOST,
                "-P",
                "" + port,
                "-u",
                user,
                "--batch",
                "--skip-column-names"));
        command.addAll(List.of(options));
        command.addAll(List.of("-e", sql));
        return Shell.run(command, Map.of("MYSQL_PWD", password));
    }
}
