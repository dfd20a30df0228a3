package dev.mysqlproxy.it.server;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.containers.Network;
import org.testcontainers.mysql.MySQLContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * MySQL 8.4 or newer in containers, from the image named by {@code -Dit.mysql.image} (default {@code mysql:9}).
 *
 * <p>Needs Testcontainers on the class path; {@link Servers} looks for it before it touches this class.
 */
public final class DockerMySql implements ServerSource {
    private static final String IMAGE_PROPERTY = "it.mysql.image";
    private static final String DEFAULT_IMAGE = "mysql:9";
    private static final String CERTIFICATE = "/etc/mysql-it-cert.pem";
    private static final String KEY = "/etc/mysql-it-key.pem";
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final DockerImageName image;
    private final ServerCache cache;

    private DockerMySql(DockerImageName image, ServerCache cache) {
        this.image = image;
        this.cache = cache;
    }

    /** The source; the engine is asked for the image only when a server is started. */
    public static DockerMySql create() {
        DockerImageName image = DockerImageName.parse(System.getProperty(IMAGE_PROPERTY, DEFAULT_IMAGE));
        return new DockerMySql(image.asCompatibleSubstituteFor("mysql"), ServerCache.ofUser());
    }

    @Override
    public TestServer.Kind kind() {
        return TestServer.Kind.MYSQL;
    }

    @Override
    public String name() {
        return "MySQL (Docker image " + image.asCanonicalNameString() + ")";
    }

    @Override
    public TestServer start(ServerOptions options) {
        int number = STARTED.incrementAndGet();
        int port = FreePort.onLoopback();
        TlsFiles tls = TlsFiles.from(cache);
        boolean offersTls = options.offersTls(kind());
        String alias = "mysql-it-" + number;
        MySQLContainer container = container(options, alias, number, port);
        if (offersTls) {
            container
                    .withCopyFileToContainer(MountableFile.forHostPath(tls.certificate(), 0644), CERTIFICATE)
                    .withCopyFileToContainer(MountableFile.forHostPath(tls.key(), 0644), KEY);
        }
        DockerServer server = new DockerServer(
                container, alias, port, offersTls ? Optional.of(tls.certificate()) : Optional.empty(), options);
        try {
            server.firstStart();
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    private MySQLContainer container(ServerOptions options, String alias, int number, int port) {
        // A port that Docker chooses changes with each restart of the container.
        PortBinding binding =
                new PortBinding(Ports.Binding.bindIpAndPort("127.0.0.1", port), ExposedPort.tcp(DockerServer.PORT));
        return new MySQLContainer(image)
                .withDatabaseName(Accounts.DATABASE)
                .withUsername(Accounts.ROOT_USER)
                .withPassword(Accounts.ROOT_PASSWORD)
                .withUrlParam("allowPublicKeyRetrieval", "true")
                .withNetwork(Network.SHARED)
                .withNetworkAliases(alias)
                .withStartupTimeout(options.startTimeout())
                .withCommand(arguments(options, number).toArray(String[]::new))
                .withCreateContainerCmdModifier(
                        command -> command.getHostConfig().withPortBindings(binding));
    }

    private List<String> arguments(ServerOptions options, int number) {
        List<String> arguments = new ArrayList<>(List.of(
                "--mysqlx=OFF",
                "--server-id=" + number,
                "--log-bin=binlog",
                "--relay-log=relay",
                "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON",
                "--skip-name-resolve",
                "--character-set-server=utf8mb4",
                "--local-infile=ON",
                "--max-allowed-packet=1G",
                "--max-connections=1000",
                "--innodb-flush-log-at-trx-commit=2",
                "--sync-binlog=0"));
        if (options.offersTls(kind())) {
            arguments.addAll(List.of("--ssl-ca=" + CERTIFICATE, "--ssl-cert=" + CERTIFICATE, "--ssl-key=" + KEY));
        } else {
            arguments.add("--tls-version=");
        }
        arguments.addAll(options.arguments());
        return arguments;
    }

    @Override
    public TestServer replicaOf(TestServer primary, ServerOptions options) {
        if (!(primary instanceof DockerServer inContainer)) {
            throw new IllegalArgumentException("a replica in a container cannot reach " + primary);
        }
        return Replication.startReplica(this, primary, inContainer.alias(), DockerServer.PORT, options);
    }
}
