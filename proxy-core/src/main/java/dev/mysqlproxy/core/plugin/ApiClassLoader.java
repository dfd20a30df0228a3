package dev.mysqlproxy.core.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * What plugins share with the proxy: the API, the protocol classes, Netty's buffers, SLF4J and PF4J. The engine's own
 * classes and its other libraries stay out of their sight.
 */
final class ApiClassLoader extends ClassLoader {

    private static final List<String> SHARED = List.of(
            "dev.mysqlproxy.api.",
            "dev.mysqlproxy.protocol.",
            "io.netty.buffer.",
            "io.netty.util.",
            "org.slf4j.",
            "org.pf4j.");

    private final ClassLoader proxy;

    ApiClassLoader(ClassLoader proxy) {
        super(ClassLoader.getPlatformClassLoader());
        this.proxy = proxy;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        for (String prefix : SHARED) {
            if (name.startsWith(prefix)) {
                return proxy.loadClass(name);
            }
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected URL findResource(String name) {
        return null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return Collections.emptyEnumeration();
    }
}
