package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the proxy knows passwords, it opens the connections that a script wants and no pool has. */
class OwnConnectionsIT {

    /** Reads go to the second backend, all else to the first. */
    private static final String SPLIT = """
            function read_query(packet)
              if packet:byte() == proxy.COM_QUERY and packet:sub(2, 7) == 'SELECT' then
                proxy.connection.backend_ndx = 2
              else
                proxy.connection.backend_ndx = 1
              end
            end
            """;

    @TempDir
    private Path folder;

    static List<ServerSource> sources() {
        return Servers.available();
    }

    private ProxyProcess proxy(TestServer primary, TestServer replica, String... options) {
        return Scripts.with(Scripts.write(folder.resolve("split.lua"), SPLIT))
                .backend(primary)
                .options("--proxy-read-only-backend-addresses=" + replica.host() + ":" + replica.port())
                .options(options)
                .start();
    }

    private static Connection open(ProxyProcess proxy, String more) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://" + ProxyProcess.HOST + ":" + proxy.port() + "/" + Accounts.DATABASE
                        + "?allowPublicKeyRetrieval=true&" + more,
                Accounts.APP_USER,
                Accounts.APP_PASSWORD);
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("sources")
    void theFirstReadFindsTheReplica(ServerSource source) throws SQLException {
        TestServer primary = SharedServers.of(source);
        try (TestServer replica = source.start();
                ProxyProcess proxy = proxy(primary, replica, "--proxy-auth=learn")) {
            String written = "" + primary.port();
            String read = "" + replica.port();
            for (String mode : List.of("PREFERRED", "DISABLED")) {
                try (Connection connection = open(proxy, "sslMode=" + mode)) {
                    assertThat(ask(connection, "SELECT @@port")).isEqualTo(read);
                    assertThat(ask(connection, "SELECT DATABASE()")).isEqualTo(Accounts.DATABASE);
                    assertThat(ask(connection, "SELECT @@character_set_client")).startsWith("utf8");
                    assertThat(ask(connection, "(SELECT @@port)")).isEqualTo(written);
                    // what was left there is found again
                    assertThat(ask(connection, "SELECT @here := 17")).isEqualTo("17");
                    assertThat(ask(connection, "(SELECT 1)")).isEqualTo("1");
                    assertThat(ask(connection, "SELECT @here")).isEqualTo("17");
                }
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("sources")
    void aServerThatDoesNotKnowTheUserIsNamed(ServerSource source) throws SQLException {
        TestServer primary = SharedServers.of(source);
        try (TestServer replica = source.start();
                ProxyProcess proxy = proxy(primary, replica, "--proxy-auth=learn")) {
            Scripts.directly(replica, "DROP USER 'app'@'%'");
            try (Connection connection = open(proxy, "sslMode=PREFERRED")) {
                // the port, so that it cannot be the other one
                assertThatThrownBy(() -> ask(connection, "SELECT 1"))
                        .hasMessageContaining("cannot log in at backend " + replica.host() + ":" + replica.port())
                        .hasMessageContaining("1045");
            }
            try (Connection connection = open(proxy, "sslMode=PREFERRED")) {
                assertThat(ask(connection, "(SELECT @@port)")).isEqualTo("" + primary.port());
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("sources")
    void aServerThatIsNotThereIsNamed(ServerSource source) throws SQLException {
        TestServer primary = SharedServers.of(source);
        try (TestServer replica = source.start();
                ProxyProcess proxy = proxy(primary, replica, "--proxy-auth=learn")) {
            String address = replica.host() + ":" + replica.port();
            replica.kill();
            try (Connection connection = open(proxy, "sslMode=PREFERRED")) {
                assertThatThrownBy(() -> ask(connection, "SELECT 1")).hasMessageContaining(address);
            }
            assertThat(proxy.log().text()).contains("cannot reach backend");
        }
    }

    /** Without a password that the proxy knows nothing has changed: the script keeps what it has. */
    @Test
    void whoIsRelayedStaysWhereHeIs() throws SQLException {
        ServerSource source = sources().get(0);
        TestServer primary = SharedServers.of(source);
        try (TestServer replica = source.start();
                ProxyProcess proxy = proxy(primary, replica, "--proxy-auth=relay");
                Connection connection = open(proxy, "sslMode=PREFERRED")) {
            assertThat(ask(connection, "SELECT @@port")).isEqualTo("" + primary.port());
        }
    }
}
