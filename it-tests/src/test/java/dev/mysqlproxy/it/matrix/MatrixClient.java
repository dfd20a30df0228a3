package dev.mysqlproxy.it.matrix;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A client program or driver that does what {@link Features} lists, and more that only its own interfaces offer. */
interface MatrixClient {

    /** How reports call it. */
    String title();

    /** Whether it comes with the tests or the tested servers, not from the machine. */
    boolean isBundled();

    /** Its version; empty when the machine lacks it. */
    Optional<String> version();

    Set<Compression> compressions();

    Set<AuthMethod> methods();

    /** Methods that it knows only over TLS. */
    default Set<AuthMethod> methodsOverTls() {
        return Set.of();
    }

    /** Whether it says what the server thinks of its hop: lines {@code hop.Ssl_cipher} and {@code hop.Compression}. */
    default boolean tellsHop() {
        return true;
    }

    /** Does everything and answers what it saw; safe for several threads. */
    List<String> run(Target target) throws Exception;
}
