package dev.mysqlproxy.it.plugins;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The modules of this build, as far as they have been packaged. */
final class Modules {

    /** System property: the folder of the root pom. */
    private static final String ROOT = "it.root";

    private Modules() {}

    /** The version of all of them. */
    static String version() {
        return property("it.version");
    }

    /** A folder below the root pom's; the empty path is that itself. */
    static Path folder(String path) {
        return Path.of(property(ROOT)).toAbsolutePath().normalize().resolve(path);
    }

    /** The jar of a module. */
    static Path jar(String path, String artifact) {
        Path jar = folder(path).resolve("target").resolve(artifact + "-" + version() + ".jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing: package all modules first");
        }
        return jar;
    }

    /**
     * A local Maven repository that has what the user's has, and the modules of this build beside it: what Maven
     * downloads goes to the user's, but nothing of this build does.
     *
     * @param folder empty
     */
    static Path repository(Path folder) {
        try {
            Path users = Path.of(property("it.maven.repository"));
            Files.createDirectories(users);
            linkAll(users, folder, "dev");
            Path ours = Files.createDirectories(folder.resolve("dev"));
            if (Files.isDirectory(users.resolve("dev"))) {
                linkAll(users.resolve("dev"), ours, "mysqlproxy");
            }
            put(ours, "mysql-proxy-parent", "");
            put(ours, "protocol", "protocol");
            put(ours, "plugin-api", "plugin-api");
            put(ours, "proxy-core", "proxy-core");
            put(ours, "plugin-testkit", "plugins/testkit");
            put(ours, "plugin-archetype", "plugins/archetype");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void linkAll(Path from, Path to, String except) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().equals(except)) {
                    Files.createSymbolicLink(to.resolve(file.getFileName()), file);
                }
            }
        }
    }

    /** Takes the links of such a repository away, which is all that leads out of it. */
    static void unlink(Path folder) throws IOException {
        for (Path place : List.of(folder, folder.resolve("dev"))) {
            try (Stream<Path> files = Files.list(place)) {
                for (Path file : files.filter(Files::isSymbolicLink).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void put(Path ours, String artifact, String path) throws IOException {
        Path place = Files.createDirectories(
                ours.resolve("mysqlproxy").resolve(artifact).resolve(version()));
        String name = artifact + "-" + version();
        Files.copy(folder(path).resolve("pom.xml"), place.resolve(name + ".pom"));
        if (!path.isEmpty()) {
            Files.copy(jar(path, artifact), place.resolve(name + ".jar"));
        }
    }

    /** The folder of the Maven that runs this. */
    static Path maven() {
        return Path.of(property("it.maven.home"));
    }

    private static String property(String name) {
        String value = System.getProperty(name, "");
        if (value.isBlank()) {
            throw new IllegalStateException("-D" + name + " is missing: these tests are run by Maven");
        }
        return value;
    }
}
