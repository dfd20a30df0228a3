package dev.mysqlproxy.core.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The name of this machine, found without a name server, which might make a start wait. */
final class HostName {

    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
    /** Labels of letters, digits and dashes: what a certificate may name. */
    private static final String DNS_NAME = "[A-Za-z0-9]([A-Za-z0-9-]{0,62}\\.?){1,10}";

    private HostName() {}

    /** The name; empty when it is not known, or not one that DNS could have. */
    static Optional<String> get() {
        return Optional.ofNullable(raw()).map(String::strip).filter(name -> name.matches(DNS_NAME));
    }

    private static String raw() {
        try {
            return Files.readString(KERNEL);
        } catch (IOException e) {
            String name = System.getenv("HOSTNAME");
            return name != null ? name : System.getenv("COMPUTERNAME");
        }
    }
}
