package dev.mysqlproxy.it.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Builds plugin jars as their authors would, against the libraries of the distribution. */
public final class PluginJar {
    private static final String PACKAGE = "it.plugins";

    private final String id;
    private final Map<String, String> manifest = new TreeMap<>();
    private final Map<String, byte[]> entries = new TreeMap<>();

    private PluginJar(String id) {
        this.id = id;
        manifest.put("Plugin-Id", id);
        manifest.put("Plugin-Version", "1.2.3");
        manifest.put("Plugin-Requires", ">=1.0.0 & <2.0.0");
    }

    /** A jar without classes. */
    public static PluginJar empty(String id) {
        return new PluginJar(id);
    }

    /** A jar with the class of this name from {@code src/test/resources/plugins}. */
    public static PluginJar of(String id, String className) {
        PluginJar jar = new PluginJar(id);
        jar.compile(className, resource(className));
        jar.entry("META-INF/extensions.idx", (PACKAGE + "." + className + "\n").getBytes(StandardCharsets.UTF_8));
        return jar;
    }

    /** Sets a line of the manifest; null removes it. */
    public PluginJar manifest(String key, String value) {
        if (value == null) {
            manifest.remove(key);
        } else {
            manifest.put(key, value);
        }
        return this;
    }

    /** Adds a file. */
    public PluginJar entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    /** Writes it into a folder under {@code <id>.jar}. */
    public Path in(Path folder) {
        return as(folder.resolve(id + ".jar"));
    }

    /** Writes it. */
    public Path as(Path file) {
        Manifest head = new Manifest();
        head.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach((key, value) -> head.getMainAttributes().putValue(key, value));
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, head)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Copies the distribution's own plugins to a folder, so that others can be put beside them. */
    public static Path folderWithTheOthers(Path folder) {
        try (Stream<Path> files = Files.list(Distribution.plugins())) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    private static String resource(String className) {
        try (InputStream in = PluginJar.class.getResourceAsStream("/plugins/" + className + ".java")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compile(String className, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///" + className + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            Path classes = Files.createTempDirectory("it-plugin-");
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, Distribution.libraries());
            List<String> options = List.of("-proc:none", "--release", "17");
            if (!compiler.getTask(messages, files, null, options, null, List.of(file))
                    .call()) {
                throw new AssertionError("plugin " + id + " cannot be compiled:\n" + messages);
            }
            take(classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(Path classes) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(classes)) {
            all = files.collect(Collectors.toCollection(ArrayList::new));
        }
        for (Path file : all) {
            if (Files.isRegularFile(file)) {
                entry(classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        for (int at = all.size() - 1; at >= 0; at--) {
            Files.delete(all.get(at));
        }
    }
}
