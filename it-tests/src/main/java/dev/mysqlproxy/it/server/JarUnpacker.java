package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Unpacks a folder of a jar on the class path; jars know no permissions, so programs are made executable here. */
final class JarUnpacker {
    private JarUnpacker() {}

    /**
     * Unpacks everything below the folder that holds {@code resource}'s path up to {@code folder}.
     *
     * @param resource any file in that jar
     * @param folder the folder's path within the jar, ending in a slash
     * @param executable which files, by their path below the folder, are programs
     */
    static void unpack(URL resource, String folder, Path target, Predicate<String> executable) throws IOException {
        if (!(resource.openConnection() instanceof JarURLConnection connection)) {
            throw new IOException(resource + " is not in a jar");
        }
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            Iterator<JarEntry> entries = jar.stream().iterator();
            while (entries.hasNext()) {
                JarEntry entry = entries.next();
                if (entry.getName().startsWith(folder)) {
                    unpackEntry(jar, entry, target, entry.getName().substring(folder.length()), executable);
                }
            }
        }
    }

    private static void unpackEntry(JarFile jar, JarEntry entry, Path target, String name, Predicate<String> executable)
            throws IOException {
        Path file = target.resolve(name).normalize();
        if (!file.startsWith(target)) {
            throw new IOException("the jar's entry " + entry.getName() + " leads out of its folder");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
        }
        if (executable.test(name)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
