package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Authentication;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may log in at one listener, and how: makes the dialogs, and keeps what they share. Any thread. */
public final class Authenticator {

    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

    private final Authentication settings;
    private final Supplier<? extends CompletionStage<? extends RsaDecryptor>> key;
    private final CredentialStore store;
    private volatile UsersFile users;

    /**
     * Reads the users file if there is one.
     *
     * @param key the proxy's own RSA key; asked for when a client needs it
     * @param nanoTime a clock as {@link System#nanoTime}
     * @throws StartException when the file is wrong
     */
    public Authenticator(
            Authentication settings,
            Supplier<? extends CompletionStage<? extends RsaDecryptor>> key,
            LongSupplier nanoTime)
            throws StartException {
        this.settings = settings;
        this.key = key;
        this.store = new CredentialStore(settings.trust(), nanoTime);
        if (settings.mode() == Authentication.Mode.USERS) {
            this.users = read(settings.usersFile().orElseThrow());
        }
    }

    private UsersFile read(Path file) throws StartException {
        UsersFile found = UsersFile.read(file, store);
        found.warning().ifPresent(LOG::warn);
        return found;
    }

    /**
     * The dialog of one login.
     *
     * @param client the client's address as sessions show it: {@code address:port}, or a unix socket
     * @param asks whether the client's answer is for another challenge than the server's
     */
    public AuthDialog dialog(AuthEnds ends, String client, boolean asks) {
        return settings.mode() == Authentication.Mode.RELAY
                ? new RelayDialog(ends, key, asks)
                : new ProxyDialog(
                        ends, this::account, key, host(client), asks, settings.mode() == Authentication.Mode.USERS);
    }

    static String host(String client) {
        int port = client.lastIndexOf(':');
        if (client.startsWith("/") || client.startsWith("@") || port < 0) {
            return HostPattern.LOCALHOST;
        }
        String host = client.substring(0, port);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private Account account(String user, String host) {
        UsersFile file = users;
        if (file == null) {
            return new LearnedAccount(user, store);
        }
        Optional<UserAccount> found = file.find(user, host);
        return found.isPresent() ? found.get() : file.nobody();
    }

    /**
     * With what the proxy itself may log in at a server for a user whose session is in: {@link ServerAnswers} takes it.
     *
     * @param client as for {@link #dialog}
     * @return empty with {@code relay}, and when nothing is known or it is not believed any more
     */
    public Optional<ServerAccount> credential(String user, String client) {
        if (settings.mode() == Authentication.Mode.RELAY) {
            return Optional.empty();
        }
        UsersFile file = users;
        if (file == null) {
            return store.find(user).map(credential -> new ServerAccount(user, credential));
        }
        return file.find(user, host(client))
                .flatMap(account -> account.backend()
                        .map(other -> new ServerAccount(other.user(), other.credential()))
                        .or(() -> own(account).map(credential -> new ServerAccount(user, credential))));
    }

    private Optional<Credential> own(UserAccount account) {
        return account.secret() instanceof Secret.Clear clear
                ? Optional.of(Credential.ofPassword(clear.password()))
                : store.find(account.key());
    }

    /**
     * Reads the users file anew; sessions that are in stay in. What was remembered of its accounts is forgotten.
     *
     * @throws StartException when the file is wrong; the old one stays in force
     */
    public void reload() throws StartException {
        if (settings.mode() == Authentication.Mode.USERS) {
            users = read(settings.usersFile().orElseThrow());
            store.clear();
        }
    }

    /** Wipes passwords that nobody has used for the time of trust. To be called every minute or so. */
    public void sweep() {
        store.sweep();
    }

    /** Wipes all passwords. */
    public void close() {
        store.clear();
    }

    /**
     * An account at the servers.
     *
     * @param user its name
     * @param credential the caller's own, to be wiped
     */
    public record ServerAccount(String user, Credential credential) {}
}
