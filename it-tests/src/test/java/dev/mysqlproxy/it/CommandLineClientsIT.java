package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The command line clients that this machine has, before the proxy and its admin port. */
class CommandLineClientsIT {
    private static final String SCRIPT = """
            DROP TABLE IF EXISTS cli;
            CREATE TABLE cli (id INT PRIMARY KEY, t VARCHAR(100));
            INSERT INTO cli VALUES (1, 'one'), (2, NULL), (3, 'thr''ee');
            SELECT * FROM cli ORDER BY id;
            DELIMITER //
            DROP PROCEDURE IF EXISTS cli_call//
            CREATE PROCEDURE cli_call (OUT n INT) BEGIN SELECT COUNT(*) FROM cli; SELECT MAX(id) INTO n FROM cli; END//
            DELIMITER ;
            CALL cli_call(@n);
            SELECT @n;
            LOAD DATA LOCAL INFILE '%s' INTO TABLE cli;
            SELECT COUNT(*), SUM(id) FROM cli;
            SHOW WARNINGS;
            SELECT DATABASE(), CURRENT_USER();
            SELECT * FROM there_is_no_such_table;
            DROP PROCEDURE cli_call;
            DROP TABLE cli;
            """;

    @TempDir
    static Path folder;

    private static final Map<TestServer.Kind, ProxyProcess> PROXIES = new EnumMap<>(TestServer.Kind.class);

    @BeforeAll
    static void start() {
        SharedServers.all().forEach(server -> PROXIES.put(server.kind(), ProxyProcess.before(server)));
    }

    @AfterAll
    static void stop() {
        PROXIES.values().forEach(ProxyProcess::close);
        PROXIES.clear();
    }

    /** MySQL's own client of the tested distribution, and what the machine has. */
    static List<String> clients() {
        List<String> found = new ArrayList<>();
        String dist = System.getProperty("it.mysql.dist", "");
        if (!dist.isBlank() && Files.isExecutable(Path.of(dist, "bin", "mysql"))) {
            found.add(Path.of(dist, "bin", "mysql").toString());
        }
        Stream.of("mysql", "mariadb").flatMap(name -> onPath(name).stream()).forEach(found::add);
        if (found.isEmpty()) {
            System.out.println("Command line clients: none on this machine, their tests are skipped");
            found.add("none");
        }
        return found;
    }

    private static Optional<String> onPath(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static List<String> command(String client, String host, int port, String user, String... more) {
        List<String> command =
                new ArrayList<>(List.of(client, "--no-defaults", "-h", host, "-P", "" + port, "-u", user));
        String version = Shell.run(List.of(client, "--version"), Map.of()).output();
        // TLS comes later; the clients name it differently
        command.add(version.contains("MariaDB") ? "--skip-ssl" : "--get-server-public-key");
        command.addAll(List.of(more));
        return command;
    }

    @ParameterizedTest
    @MethodSource("clients")
    void sameOutput(String client) throws Exception {
        assumeTrue(!client.equals("none"), "no client on this machine");
        Path rows = Files.writeString(folder.resolve("rows"), "10\tten\n11\televen\n3\tagain\n");
        String script = SCRIPT.formatted(rows);
        for (TestServer server : SharedServers.all()) {
            Map<String, String> password = Map.of("MYSQL_PWD", Accounts.APP_PASSWORD);
            List<String> outputs = new ArrayList<>();
            for (boolean direct : List.of(true, false)) {
                outputs.add(Shell.run(
                                command(
                                        client,
                                        "127.0.0.1",
                                        direct
                                                ? server.port()
                                                : PROXIES.get(server.kind()).port(),
                                        Accounts.APP_USER,
                                        "--force",
                                        "--table",
                                        "--local-infile=1",
                                        "-vv",
                                        Accounts.DATABASE),
                                password,
                                script)
                        .output()
                        .replaceAll("\\(?\\d+\\.\\d+ sec\\)?", "#"));
            }
            assertThat(outputs.get(0)).contains("thr'ee", "there_is_no_such_table");
            assertThat(outputs.get(1)).isEqualTo(outputs.get(0));
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void adminPort(String client) {
        assumeTrue(!client.equals("none"), "no client on this machine");
        ProxyProcess proxy = PROXIES.values().iterator().next();
        String output = Shell.run(
                        command(
                                client,
                                "127.0.0.1",
                                proxy.adminPort(),
                                ProxyProcess.ADMIN_USER,
                                "--batch",
                                "-e",
                                "SELECT * FROM backends; select * from help;"),
                        Map.of("MYSQL_PWD", ProxyProcess.ADMIN_PASSWORD))
                .ok()
                .output();
        assertThat(output)
                .contains("backend_ndx\taddress\tstate\ttype\tuuid\tconnected_clients")
                .contains("SELECT * FROM backends\tlists the backends and their state");
        Shell.Result refused = Shell.run(
                command(client, "127.0.0.1", proxy.adminPort(), ProxyProcess.ADMIN_USER, "-e", "SELECT 1"),
                Map.of("MYSQL_PWD", "wrong"));
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("1045");
    }
}
