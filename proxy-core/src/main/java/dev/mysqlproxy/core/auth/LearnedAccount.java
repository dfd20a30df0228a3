package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.util.Optional;

/**
 * An account that only servers know: a password is believed until a server has seen it, and kept when it was right.
 *
 * @param user its name
 * @param store what servers have confirmed
 */
record LearnedAccount(String user, CredentialStore store) implements Account {

    @Override
    public Optional<Credential> prove(PasswordMethod method, byte[] nonce, byte[] response) {
        return store.prove(user, method, nonce, response);
    }

    @Override
    public Optional<Credential> prove(byte[] password) {
        return Optional.of(Credential.ofPassword(password));
    }

    @Override
    public boolean slow() {
        return false;
    }

    @Override
    public boolean allows(String database) {
        return true;
    }

    @Override
    public Optional<BackendAccount> backend() {
        return Optional.empty();
    }

    @Override
    public void confirmed(Credential proven) {
        store.confirmed(user, proven);
    }

    @Override
    public void refused(Credential proven) {
        store.refused(user, proven);
    }
}
