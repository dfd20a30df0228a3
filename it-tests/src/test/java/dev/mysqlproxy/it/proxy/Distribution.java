package dev.mysqlproxy.it.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The unpacked distribution that the tests run. */
public final class Distribution {
    /** System property: where it is unpacked. */
    public static final String PROPERTY = "it.distribution";

    private Distribution() {}

    /** Its folder; fails when the property is missing or leads nowhere. */
    public static Path home() {
        String folder = System.getProperty(PROPERTY, "");
        if (folder.isBlank() || !Files.isExecutable(Path.of(folder, "bin", "mysql-proxy"))) {
            throw new IllegalStateException(
                    "-D" + PROPERTY + " has to name an unpacked distribution: '" + folder + "'");
        }
        return Path.of(folder).toAbsolutePath().normalize();
    }

    /** The command. */
    public static Path command() {
        return home().resolve("bin").resolve("mysql-proxy");
    }

    /** Where its plugin jars are. */
    public static Path plugins() {
        return home().resolve("plugins");
    }

    /** Its libraries, which is also what a plugin is compiled against. */
    public static List<Path> libraries() {
        try (Stream<Path> files = Files.list(home().resolve("lib"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("the distribution has no lib", e);
        }
    }
}
