package dev.mysqlproxy.core.plugin;

import dev.mysqlproxy.api.lifecycle.ApiVersion;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.pf4j.DefaultPluginManager;
import org.pf4j.ExtensionFactory;
import org.pf4j.JarPluginLoader;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginStatusProvider;
import org.pf4j.SingletonExtensionFactory;

/** PF4J for jars only: takes the very files it is given, in their order, and shows them nothing but the API. */
final class JarManager extends DefaultPluginManager {

    static {
        // else a plugin that opens URLs of its jar gets what was there when the path was first opened, after a reload,
        // too
        URLConnection.setDefaultUseCaches("jar", false);
        // else the platform's thread for timeouts begins with the first plugin that needs it, and keeps its classes
        new CompletableFuture<Void>().orTimeout(1, TimeUnit.NANOSECONDS);
    }

    private List<Path> jars = List.of();

    JarManager(Path folder) {
        super(folder);
        setSystemVersion(ApiVersion.CURRENT);
    }

    /** The jars that the next {@link #loadPlugins()} loads. */
    void jars(List<Path> paths) {
        this.jars = List.copyOf(paths);
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new ManifestPluginDescriptorFinder();
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new PluginRepository() {
            @Override
            public List<Path> getPluginPaths() {
                return jars;
            }

            @Override
            public boolean deletePluginPath(Path path) {
                return false;
            }
        };
    }

    @Override
    protected PluginLoader createPluginLoader() {
        ClassLoader shared = new ApiClassLoader(JarManager.class.getClassLoader());
        return new JarPluginLoader(this) {
            @Override
            public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
                PluginClassLoader loader = new PluginClassLoader(pluginManager, descriptor, shared);
                loader.addFile(path.toFile());
                return loader;
            }
        };
    }

    @Override
    protected ExtensionFactory createExtensionFactory() {
        // whoever asks for a script engine gets the same one
        return new SingletonExtensionFactory(this);
    }

    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        // --plugins alone says what is on; no enabled.txt or disabled.txt in the folder
        return new PluginStatusProvider() {
            @Override
            public boolean isPluginDisabled(String pluginId) {
                return false;
            }

            @Override
            public void disablePlugin(String pluginId) {
                // nothing to remember
            }

            @Override
            public void enablePlugin(String pluginId) {
                // nothing to remember
            }
        };
    }
}
