package dev.mysqlproxy.api.listener;

import java.util.List;
import java.util.Optional;

/** Who may log in to a local listener. Any thread; must not block, but for {@link #reload}. */
@FunctionalInterface
public interface Accounts {

    /** The password of this user, UTF-8; empty when there is no such user, or when only a hash is known. */
    Optional<byte[]> password(String user);

    /** What is known of this user's password; empty when there is no such user. */
    default Optional<Credential> credential(String user) {
        return password(user).map(Credential.Password::new);
    }

    /**
     * Whether any account has only a hash. Clients are then asked for caching_sha2_password, whoever they are: the password
     * itself comes over TLS, a unix socket, or encrypted with the proxy's RSA key, the first time that it is used.
     */
    default boolean hashed() {
        return false;
    }

    /**
     * Reads the file that the accounts come from anew, if there is one: on SIGHUP, and when an operator says so. One that
     * cannot be used leaves them as they were. Not on an event loop; may block.
     *
     * @return what went wrong, a sentence for each; empty when all is well
     */
    default List<String> reload() {
        return List.of();
    }
}
