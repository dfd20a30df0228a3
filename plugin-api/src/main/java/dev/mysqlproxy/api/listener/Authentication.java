package dev.mysqlproxy.api.listener;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Who authenticates the clients of a forwarding listener.
 *
 * @param mode the server, or the proxy
 * @param usersFile accounts of {@link Mode#USERS}
 * @param trust how long a password that a server has confirmed lets others of its user in without asking a server again;
 *     what is unused for so long is wiped
 */
public record Authentication(Mode mode, Optional<Path> usersFile, Duration trust) {

    /** The server authenticates the client; the proxy knows no password. */
    public static final Authentication RELAY = new Authentication(Mode.RELAY, Optional.empty(), Duration.ofMinutes(5));

    /** Who knows the passwords. */
    public enum Mode {
        /** The servers alone. */
        RELAY,
        /** The proxy learns them: it lets the client prove its password, and proves that at a server. */
        LEARN,
        /** A file names the accounts. */
        USERS
    }

    public Authentication {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(trust, "trust");
        if (mode == Mode.USERS && usersFile.isEmpty()) {
            throw new IllegalArgumentException("no file of users");
        }
    }
}
