package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** A plugin's jar, put together from the class path. */
final class RigJar {

    private static final String EXTENSIONS = "META-INF/extensions.idx";

    private final Map<String, byte[]> entries = new TreeMap<>();
    private final Manifest manifest = new Manifest();

    private RigJar(String id) {
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Plugin-Id", id);
        attributes.putValue("Plugin-Version", "0.0.0-test");
    }

    /** Everything that is in the place where a plugin comes from, and in those where its libraries do. */
    static RigJar ofPlugin(String id, Class<? extends ProxyPlugin> plugin, List<Class<?>> libraries)
            throws IOException {
        RigJar jar = new RigJar(id);
        for (Class<?> library : libraries) {
            jar.addAll(place(library));
        }
        jar.addAll(place(plugin));
        if (!jar.entries.containsKey(EXTENSIONS)) {
            throw new IllegalStateException("there is no " + EXTENSIONS + " beside " + plugin.getName()
                    + ": is it marked @Extension, and does PF4J's annotation processor run?");
        }
        return jar;
    }

    /** One class that is a plugin. */
    static RigJar ofClass(String id, Class<? extends ProxyPlugin> plugin) throws IOException {
        RigJar jar = new RigJar(id);
        String file = plugin.getName().replace('.', '/') + ".class";
        try (InputStream in = plugin.getClassLoader().getResourceAsStream(file)) {
            jar.entries.put(file, in.readAllBytes());
        }
        jar.entries.put(EXTENSIONS, (plugin.getName() + "\n").getBytes(StandardCharsets.UTF_8));
        return jar;
    }

    private static Path place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IllegalArgumentException(type.getName() + " is part of the JDK");
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void addAll(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            addJar(place);
            return;
        }
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(place.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
    }

    private void addJar(Path place) throws IOException {
        try (JarFile jar = new JarFile(place.toFile())) {
            for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
                JarEntry entry = all.nextElement();
                if (!entry.isDirectory()) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        add(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
    }

    private void add(String name, byte[] content) {
        if (!name.equals(JarFile.MANIFEST_NAME)) {
            entries.put(name, content);
        }
    }

    void write(Path file) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
    }
}
