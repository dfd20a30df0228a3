package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.util.Optional;

/**
 * What the proxy knows of a user that logs in, which may be nothing: an unknown one behaves as one whose password was
 * wrong. Any thread.
 */
interface Account {

    /**
     * Whether an answer proves the password.
     *
     * @param nonce the 20 bytes that the client was challenged with
     * @return what proves the same to a server; empty when the answer is wrong, or nothing is known to compare it with
     */
    Optional<Credential> prove(PasswordMethod method, byte[] nonce, byte[] response);

    /** Whether this is the password; may take milliseconds. Borrows the array. */
    Optional<Credential> prove(byte[] password);

    /** Whether {@link #prove(byte[])} takes milliseconds. */
    boolean slow();

    /** Whether it may begin in this schema. */
    boolean allows(String database);

    /** The server's account that it stands for; empty for the one of its own name and password. */
    Optional<BackendAccount> backend();

    /** A server has let it in. */
    void confirmed(Credential proven);

    /** It was proven, and a server would not let it in. */
    void refused(Credential proven);

    /**
     * An account at the servers.
     *
     * @param user its name
     * @param credential a copy for the caller
     */
    record BackendAccount(String user, Credential credential) {}
}
