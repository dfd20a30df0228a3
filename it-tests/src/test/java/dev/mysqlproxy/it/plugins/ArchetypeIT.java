package dev.mysqlproxy.it.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.PluginJar;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three commands of the manual, in an empty directory: a new plugin is made, built and tested, and runs. */
class ArchetypeIT {

    /** A clean machine downloads what the archetype plugin needs. */
    private static final long PATIENCE_MINUTES = 5;

    private static final Pattern COMMANDS = Pattern.compile(
            "```sh\\n(mvn archetype:generate [^`]*?)\\n(mvn [^\\n]*)\\n(install [^`]*?)\\n```", Pattern.DOTALL);

    @TempDir
    Path empty;

    @TempDir
    Path repository;

    @TempDir
    Path tools;

    /** Stands for the proxy's. */
    @TempDir
    Path installation;

    @AfterEach
    void unlink() throws IOException {
        Modules.unlink(repository);
    }

    @Test
    void threeCommandsMakeAPlugin() throws Exception {
        mavenWith(Modules.repository(repository));
        Matcher commands = COMMANDS.matcher(Files.readString(Distribution.home().resolve("docs/manual/plugins.md")));
        assertThat(commands.find()).as("three commands in the manual").isTrue();

        run(commands.group(1).replaceAll("-DarchetypeVersion=\\S+", "-DarchetypeVersion=" + Modules.version()));
        run(commands.group(2));

        String install = commands.group(3).substring(0, commands.group(3).indexOf(" && "));
        assertThat(commands.group(3).substring(install.length()))
                .isEqualTo(" && $P/bin/mysql-proxy --plugins=my-plugin,proxy");
        Path plugins = PluginJar.folderWithTheOthers(Files.createDirectory(installation.resolve("plugins")));
        run("P='" + installation + "'; " + install);
        for (TestServer server : SharedServers.all()) {
            try (ProxyProcess proxy = ProxyProcess.with()
                            .backend(server)
                            .plugins("my-plugin,proxy")
                            .options("--plugin-dir=" + plugins, "--my-plugin-greeting=Welcome")
                            .start();
                    RawClient client = RawClient.login(
                            ProxyProcess.HOST, proxy.port(), Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD))) {
                assertThat(client.query("HELLO").value()).isEqualTo("Welcome " + Accounts.APP_USER);
                assertThat(client.query("SELECT 'untouched'").value()).isEqualTo("untouched");
            }
        }
    }

    /** Puts a command {@code mvn} in front of the path that uses a repository. */
    private void mavenWith(Path local) throws IOException {
        Path script = Files.writeString(tools.resolve("mvn"), """
                #!/bin/sh
                exec '%s' -Dmaven.repo.local='%s' -DarchetypeCatalog=internal "$@"
                """.formatted(
                        Modules.maven().resolve("bin").resolve("mvn"), local));
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    private void run(String command) throws IOException, InterruptedException {
        Path output = tools.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", command))
                .directory(empty.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("PATH", tools + File.pathSeparator + environment.get("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(command + " does not end; it says:\n" + Files.readString(output));
        }
        assertThat(process.exitValue())
                .as("%s says:\n%s", command, Files.readString(output))
                .isZero();
    }
}
