package dev.mysqlproxy.core.plugin;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

/**
 * A jar in the plugin folder, as far as it can be known without loading it.
 *
 * @param path the file
 * @param id its {@code Plugin-Id}; empty when it is not a plugin
 * @param requires its {@code Plugin-Requires}; empty when it has none
 * @param scriptSuffix its {@code Script-Suffix}: the scripts for which it brings an engine
 * @param broken why it cannot be read
 * @param bringsApi whether it contains classes of the plugin API, which it must not
 */
record PluginJar(
        Path path,
        Optional<String> id,
        Optional<String> requires,
        Optional<String> scriptSuffix,
        Optional<String> broken,
        boolean bringsApi) {

    private static final String API_CLASSES = "dev/mysqlproxy/api/";

    /** All jars in a folder, by name. */
    static List<PluginJar> in(Path folder) throws StartException {
        if (!Files.isDirectory(folder)) {
            throw new StartException("--plugin-dir=" + folder + " is not a folder");
        }
        List<PluginJar> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path file : files) {
                jars.add(read(file));
            }
        } catch (IOException e) {
            throw new StartException("--plugin-dir=" + folder + " cannot be read: " + e.getMessage(), e);
        }
        jars.sort(Comparator.comparing(PluginJar::path));
        return jars;
    }

    private static PluginJar read(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
            return new PluginJar(
                    file,
                    Optional.ofNullable(attributes.getValue("Plugin-Id")),
                    Optional.ofNullable(attributes.getValue("Plugin-Requires")),
                    Optional.ofNullable(attributes.getValue("Script-Suffix")),
                    Optional.empty(),
                    jar.stream().anyMatch(entry -> entry.getName().startsWith(API_CLASSES)));
        } catch (ZipException e) {
            return broken(file, "it is not a jar file");
        } catch (IOException e) {
            return broken(file, e.getMessage());
        }
    }

    private static PluginJar broken(Path file, String why) {
        return new PluginJar(file, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(why), false);
    }

    /** File name for messages. */
    String name() {
        return String.valueOf(path.getFileName());
    }
}
