package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.api.listener.Accounts;
import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.api.listener.Credential.Hash;
import dev.mysqlproxy.api.listener.Credential.Password;
import dev.mysqlproxy.protocol.auth.ShaCrypt;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accounts of a listener that answers by itself, when some of them are hashed: makes the dialogs. Any thread. */
public final class LocalAccounts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalAccounts.class);
    private static final ShaCrypt DECOY = ShaCrypt.decoy(ShaCrypt.DEFAULT_ROUNDS);

    private final Accounts accounts;
    private final Supplier<? extends CompletionStage<? extends RsaDecryptor>> key;
    private final CredentialStore store;

    /**
     * Of one listener.
     *
     * @param key the proxy's own RSA key; asked for when a client needs it
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public LocalAccounts(
            Accounts accounts, Supplier<? extends CompletionStage<? extends RsaDecryptor>> key, LongSupplier nanoTime) {
        this.accounts = accounts;
        this.key = key;
        this.store = new CredentialStore(Authentication.RELAY.trust(), nanoTime);
    }

    /**
     * The dialog of one login: the proxy decides, and {@link AuthEnds#logIn} is where the client is in.
     *
     * @param host where the client is, for errors
     */
    public AuthDialog dialog(AuthEnds ends, String host) {
        return new ProxyDialog(ends, (user, from) -> account(user), key, host, false, true);
    }

    private Account account(String user) {
        Optional<dev.mysqlproxy.api.listener.Credential> known = accounts.credential(user);
        if (known.isPresent() && known.get() instanceof Password password) {
            return account(user, new Secret.Clear(password.utf8()));
        }
        if (known.isPresent() && known.get() instanceof Hash hash) {
            Optional<Secret> secret = Secret.hash(hash.text());
            if (secret.isPresent()) {
                return account(user + '\0' + hash.text(), secret.get());
            }
            LOG.atWarn().addKeyValue("user", user).log("the hash of an account is none of mysql.user");
        }
        return account("", Secret.decoy());
    }

    private Account account(String id, Secret secret) {
        return new UserAccount(id, secret, List.of(), List.of(), Optional.empty(), () -> DECOY, store);
    }

    /** Wipes passwords that nobody has used for a while. To be called every minute or so. */
    public void sweep() {
        store.sweep();
    }

    /** Wipes all passwords. */
    @Override
    public void close() {
        store.clear();
    }
}
