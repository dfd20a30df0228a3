package dev.mysqlproxy.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.pf4j.Extension;
import org.slf4j.Logger;

/** Makes plugin jars from source text, as their authors' builds would. */
public final class PluginJarMaker {

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<String> extensions = new ArrayList<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private PluginJarMaker() {}

    /** A jar with a sound manifest, and nothing in it. */
    public static PluginJarMaker plugin(String id) {
        return new PluginJarMaker().manifest("Plugin-Id", id).manifest("Plugin-Version", "1.2.3");
    }

    /** A jar with one plugin class in it, {@code <id>.Main}, that does nothing in {@code start} but this. */
    public static PluginJarMaker plugin(String id, String start) {
        return plugin(id).extension(id + ".Main", mainClass(id, "Main", start));
    }

    public static String mainClass(String packageName, String name, String start) {
        return "package " + packageName + ";\n"
                + "public class " + name + " implements dev.mysqlproxy.api.lifecycle.ProxyPlugin {\n"
                + "  @Override public void start(dev.mysqlproxy.api.lifecycle.PluginContext context)"
                + " throws dev.mysqlproxy.api.lifecycle.StartException {" + start + "}\n"
                + "}\n";
    }

    /** Sets an attribute of the manifest; null removes it. */
    public PluginJarMaker manifest(String name, String value) {
        if (value == null) {
            manifest.remove(name);
        } else {
            manifest.put(name, value);
        }
        return this;
    }

    public PluginJarMaker source(String className, String text) {
        sources.put(className, text);
        return this;
    }

    public PluginJarMaker extension(String className, String text) {
        extensions.add(className);
        return source(className, text);
    }

    /** Names a class as an extension that is not there. */
    PluginJarMaker missingExtension(String className) {
        extensions.add(className);
        return this;
    }

    public PluginJarMaker file(String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Writes the jar. */
    public Path into(Path folder, String fileName) {
        try {
            Path classes = Files.createTempDirectory(folder, "classes");
            compile(classes);
            Path jar = folder.resolve(fileName);
            Manifest head = new Manifest();
            head.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            manifest.forEach((name, value) -> head.getMainAttributes().putValue(name, value));
            try (OutputStream file = Files.newOutputStream(jar);
                    JarOutputStream out = new JarOutputStream(file, head);
                    Stream<Path> compiled = Files.walk(classes)) {
                for (Path path : compiled.filter(Files::isRegularFile).toList()) {
                    add(out, classes.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
                }
                if (!extensions.isEmpty()) {
                    String index = extensions.stream().collect(Collectors.joining("\n", "", "\n"));
                    add(out, "META-INF/extensions.idx", index.getBytes(StandardCharsets.UTF_8));
                }
                for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                    add(out, entry.getKey(), entry.getValue());
                }
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(bytes);
        out.closeEntry();
    }

    private void compile(Path classes) throws IOException {
        if (sources.isEmpty()) {
            return;
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> texts = new ArrayList<>();
        sources.forEach((name, text) -> texts.add(new Source(name, text)));
        String classPath = Stream.of(ProxyPlugin.class, Extension.class, Logger.class)
                .map(type -> place(type).toString())
                .collect(Collectors.joining(System.getProperty("path.separator")));
        List<String> options = List.of("-proc:none", "-d", classes.toString(), "-cp", classPath);
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            assertThat(compiler.getTask(null, manager, null, options, null, texts)
                            .call())
                    .as("compilation of %s", sources.keySet())
                    .isTrue();
        }
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
