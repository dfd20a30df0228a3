package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.PasswordMethod;
import dev.mysqlproxy.protocol.auth.ShaCrypt;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * An account of a users file. Any thread.
 *
 * @param key names it among all accounts of the file
 * @param secret how its password is told
 * @param hosts where its clients may be
 * @param databases schemas in which they may begin; empty for all
 * @param mapped the server's account that it stands for
 * @param decoy what to hash with where the account has no slow hash
 * @param store passwords of accounts with a hash, once they were shown and a server has agreed
 */
record UserAccount(
        String key,
        Secret secret,
        List<HostPattern> hosts,
        List<Predicate<String>> databases,
        Optional<BackendAccount> mapped,
        Supplier<ShaCrypt> decoy,
        CredentialStore store)
        implements Account {

    /** As MySQL's own: a longer one would only cost time. */
    private static final int LONGEST_PASSWORD = 256;

    boolean isFor(String host) {
        return hosts.stream().anyMatch(pattern -> pattern.fits(host));
    }

    @Override
    public Optional<Credential> prove(PasswordMethod method, byte[] nonce, byte[] response) {
        return secret.prove(method, nonce, response).or(() -> store.prove(key, method, nonce, response));
    }

    @Override
    public Optional<Credential> prove(byte[] password) {
        if (password.length == 0) {
            boolean empty = secret instanceof Secret.Clear clear && clear.password().length == 0;
            return empty ? Optional.of(Credential.ofPassword(password)) : Optional.empty();
        }
        if (password.length > LONGEST_PASSWORD) {
            return Optional.empty();
        }
        if (!(secret instanceof Secret.Crypt)) {
            // as long as it takes with a slow hash: no account is to show by the time that it takes
            decoy.get().matches(password);
        }
        return secret.is(password) ? Optional.of(Credential.ofPassword(password)) : Optional.empty();
    }

    @Override
    public boolean slow() {
        return true;
    }

    @Override
    public boolean allows(String database) {
        return databases.isEmpty() || databases.stream().anyMatch(pattern -> pattern.test(database));
    }

    @Override
    public Optional<BackendAccount> backend() {
        return mapped.map(account ->
                new BackendAccount(account.user(), account.credential().copy()));
    }

    @Override
    public void confirmed(Credential proven) {
        if (!(secret instanceof Secret.Clear)) {
            store.confirmed(key, proven);
        }
    }

    @Override
    public void refused(Credential proven) {
        store.refused(key, proven);
    }
}
