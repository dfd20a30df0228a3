package dev.mysqlproxy.it.demo;

import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.EmbeddedMariaDb;
import dev.mysqlproxy.it.server.ServerException;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A primary, its replica and the proxy before them; shows a sample and stays until Ctrl-C, or ends with {@code --once}.
 *
 * <p>The exit code is 0 when everything came up and the sample gave what it should, 1 when not, 2 for a wrong argument,
 * and 130 after Ctrl-C.
 */
public final class Demo {

    /** System property: the folder of the built distribution. */
    private static final String DISTRIBUTION = "it.distribution";

    private static volatile boolean stopping;

    private final PrintStream out;

    private Demo(PrintStream out) {
        this.out = out;
    }

    /** Takes {@code --once} or nothing. */
    public static void main(String[] arguments) {
        // servers and drivers log; here only the sample is wanted. Before any logger exists.
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        System.setProperty("slf4j.internal.verbosity", "WARN");
        List<String> words = List.of(arguments);
        if (!words.isEmpty() && !words.equals(List.of("--once"))) {
            System.err.println("demo: unknown argument " + String.join(" ", words) + "; the only one is --once");
            System.exit(2);
        }
        Demo demo = new Demo(System.out);
        Runtime.getRuntime().addShutdownHook(new Thread(demo::interrupted, "demo-end"));
        boolean good = false;
        try {
            good = demo.run(!words.isEmpty());
        } catch (ServerException | DemoException | IOException | SQLException e) {
            if (!stopping) {
                System.err.println("demo: " + e.getMessage() + (e.getCause() == null ? "" : ": " + e.getCause()));
            }
        } catch (RuntimeException e) {
            // once it is being stopped, whatever is pulled away from under it may fail in any way
            if (!stopping) {
                throw e;
            }
        }
        stopping = true;
        System.exit(good ? 0 : 1);
    }

    private void interrupted() {
        if (!stopping) {
            stopping = true;
            out.println("\nStopping.");
        }
    }

    private boolean run(boolean once) throws IOException, SQLException {
        Path distribution = distribution();
        ServerSource source = source();
        out.println("Starting a primary and its replica: " + source.name());
        try (TestServer primary = source.start();
                TestServer replica = source.replicaOf(primary)) {
            out.println("  primary  " + primary);
            out.println("  replica  " + replica);
            Ports ports = Ports.choose(out);
            out.println("Starting " + distribution.getFileName() + " before them");
            try (ProxyProcess proxy = ProxyProcess.start(distribution, ports, primary, replica)) {
                proxy.commandLine().forEach(word -> out.println("  " + word));
                boolean good = new Sample(out, ports, primary, replica).run();
                out.println(good ? "\nThe sample gave what it should." : "\nThe sample FAILED.");
                if (!once) {
                    howToConnect(ports);
                    good &= proxy.awaitEnd();
                }
                return good;
            }
        }
    }

    private static Path distribution() {
        Path folder =
                Path.of(System.getProperty(DISTRIBUTION, "")).toAbsolutePath().normalize();
        if (!Files.isExecutable(folder.resolve("bin").resolve("mysql-proxy"))) {
            throw new DemoException("no bin/mysql-proxy in " + folder + " (-D" + DISTRIBUTION + ")");
        }
        return folder;
    }

    private static ServerSource source() {
        Optional<EmbeddedMariaDb> source = EmbeddedMariaDb.find();
        return source.orElseThrow(() -> new DemoException(
                "the servers of the demo run on Linux on x86-64 only; elsewhere start the proxy before your own"));
    }

    private void howToConnect(Ports ports) {
        String app = " -h 127.0.0.1 -P " + ports.proxy() + " -u " + Accounts.APP_USER + " -p" + Accounts.APP_PASSWORD
                + " " + Accounts.DATABASE;
        String admin = " -h 127.0.0.1 -P " + ports.admin() + " -u " + ProxyProcess.ADMIN_USER + " -p"
                + ProxyProcess.ADMIN_PASSWORD;
        out.println();
        out.println("Connect to the servers through the proxy:");
        out.println("  mariadb --skip-ssl" + app);
        out.println("  mysql" + app);
        out.println("  jdbc:mariadb://127.0.0.1:" + ports.proxy() + "/" + Accounts.DATABASE + "?user="
                + Accounts.APP_USER + "&password=" + Accounts.APP_PASSWORD);
        out.println("Connect to the proxy itself, then SELECT * FROM help:");
        out.println("  mariadb --skip-ssl" + admin);
        out.println("  mysql" + admin);
        out.println("Ctrl-C ends it all.");
    }
}
