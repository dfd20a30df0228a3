package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Options like those of plugins, and short ways to read them. */
final class Samples {

    static final Path HOME = Path.of("/opt/mysql-proxy");
    static final Configuration.Places PLACES =
            new Configuration.Places(HOME, Path.of("").toAbsolutePath());

    static final Option<String> ADDRESS = Option.text("proxy-address", "where to listen")
            .shortName('P')
            .defaultsTo(":4040")
            .build();
    static final Option<List<String>> BACKENDS = Option.list("proxy-backend-addresses", "read/write servers")
            .shortName('b')
            .defaultsTo(List.of("127.0.0.1:3306"))
            .build();
    static final Option<List<String>> REPLICAS = Option.list("proxy-read-only-backend-addresses", "read-only servers")
            .shortName('r')
            .build();
    static final Option<Path> SCRIPT =
            Option.path("proxy-lua-script", "the script").shortName('s').build();
    static final Option<Boolean> NO_PROXY =
            Option.flag("no-proxy", "do not listen").build();
    static final Option<Duration> TIMEOUT = Option.seconds("proxy-connect-timeout", 0, 3600, "how long to wait")
            .defaultsTo(Duration.ofSeconds(2))
            .build();
    static final OptionGroup PROXY =
            new OptionGroup("proxy", "proxy-module", List.of(ADDRESS, BACKENDS, REPLICAS, SCRIPT, NO_PROXY, TIMEOUT));

    static final Option<String> USERNAME =
            Option.text("admin-username", "account").build();
    static final Option<String> PASSWORD =
            Option.text("admin-password", "its password").secret().build();
    static final Option<List<Path>> BINLOGS =
            Option.paths("replicant-read-binlogs", "files to read").build();
    static final OptionGroup ADMIN = new OptionGroup("admin", "admin-module", List.of(USERNAME, PASSWORD, BINLOGS));

    private Samples() {}

    static Configuration load(String... args) throws StartException {
        return Configuration.load(List.of(args), PLACES, List.of(PROXY, ADMIN));
    }

    static Configuration first(String... args) throws StartException {
        return Configuration.first(List.of(args), PLACES);
    }

    static String failure(ThrowingCallable start) {
        StartException e = Assertions.catchThrowableOfType(StartException.class, start);
        Assertions.assertThat(e).as("a StartException").isNotNull();
        Assertions.assertThat(e.getMessage()).isNotBlank().doesNotContain("\n", "\r");
        return e.getMessage();
    }

    static Path file(Path dir, String name, String... lines) throws IOException {
        return file(dir, name, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static Path file(Path dir, String name, byte[] bytes) throws IOException {
        Path file = Files.write(dir.resolve(name), bytes);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    }
}
