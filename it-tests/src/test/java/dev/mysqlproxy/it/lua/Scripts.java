package dev.mysqlproxy.it.lua;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.stream.Stream;

/** Where scripts are, and proxies that run them. */
final class Scripts {
    /** The application's account, in its database. */
    static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE);

    private Scripts() {}

    /** A script of the distribution, from its documentation or its library. */
    static Path ofDistribution(String name) {
        return Stream.of("share/doc/mysql-proxy", "lib/mysql-proxy/lua")
                .map(folder -> Distribution.home().resolve(folder).resolve(name))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the distribution lacks " + name));
    }

    /** A script of {@code src/test/resources/scripts}, under a path that is short enough to be whole in messages. */
    static Path ofTests(String name) {
        try (InputStream in = Scripts.class.getResourceAsStream("/scripts/" + name)) {
            if (in == null) {
                throw new AssertionError("no script " + name + " among the tests' resources");
            }
            Path folder = Files.createTempDirectory("lua");
            Path script = folder.resolve(Path.of(name).getFileName());
            Files.write(script, in.readAllBytes());
            folder.toFile().deleteOnExit();
            script.toFile().deleteOnExit();
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a script. */
    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a proxy with these scripts is started; backends are to be added. */
    static ProxyProcess.Setup with(Path... scripts) {
        return ProxyProcess.with()
                .options(Arrays.stream(scripts)
                        .map(script -> "--proxy-lua-script=" + script)
                        .toArray(String[]::new));
    }

    /** A proxy with one script before one server. */
    static ProxyProcess before(TestServer server, Path... scripts) {
        return with(scripts).backend(server).start();
    }

    static RawClient login(ProxyProcess proxy, Login login) {
        return RawClient.login(ProxyProcess.HOST, proxy.port(), login);
    }

    static RawClient login(ProxyProcess proxy) {
        return login(proxy, APP);
    }

    /** Runs statements at the server itself, as root. */
    static void directly(TestServer server, String... statements) {
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError("the server itself refuses", e);
        }
    }
}
