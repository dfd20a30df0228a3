package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The proxy authenticates the client, with a nonce and, where the password itself is needed, an RSA key of its own, and then
 * logs in at the server by itself.
 *
 * <pre>
 * RESPONSE -proof-> SERVER
 * RESPONSE -another method, or no proof where none could be-> SWITCHED -proof-> SERVER
 * RESPONSE, SWITCHED -no proof-> PASSWORD -password-> CHECKING -right-> SERVER
 * SERVER -OK-> OVER
 * </pre>
 */
public final class ProxyDialog implements AuthDialog {

    private enum Step {
        RESPONSE,
        SWITCHED,
        PASSWORD,
        CHECKING,
        SERVER,
        OVER
    }

    private static final int IDLE_SECONDS = 10;
    private static final Challenge NO_CHALLENGE = new Challenge("", new byte[0]);
    /** As many threads as there are processors, however many clients show their passwords at once. */
    private static final Executor SLOW_CHECKS = slowChecks();

    private final AuthEnds ends;
    private final BiFunction<String, String, Account> accounts;
    private final Supplier<? extends CompletionStage<? extends RsaDecryptor>> key;
    private final String host;
    private final boolean asks;
    private final boolean hashesKnown;

    private Step step = Step.RESPONSE;
    private Challenge server = NO_CHALLENGE;
    private String asked = AuthMethods.CACHING_SHA2;
    private byte[] nonce = Nonce.create();
    private String user = "";
    private String database = "";
    private Account account;
    private PasswordIntake intake;
    private Credential proven;
    /** Whether the client is to hear that its first answer was enough. */
    private boolean fast;
    /** Whether the client has proven its password by mysql_native_password. */
    private boolean byNative;
    /** Whether the client has heard that an answer of its was wrong, and nobody has counted that. */
    private boolean uncounted;
    /** Whether the client has mysql_native_password only, and cannot be asked for another method. */
    private boolean old;

    private ServerAnswers answers;
    /** Read by the thread that checks a password. */
    private volatile boolean released;

    /**
     * A login that the proxy decides.
     *
     * @param accounts what is known of a user at a host
     * @param key the proxy's own RSA key; asked for when a client needs it
     * @param host where the client is: an address without port, or {@code localhost}
     * @param asks whether the server's challenge is not one for this login, or the client has not seen ours
     * @param hashesKnown whether accounts may well be proven by mysql_native_password: a client may then be greeted with it
     */
    ProxyDialog(
            AuthEnds ends,
            BiFunction<String, String, Account> accounts,
            Supplier<? extends CompletionStage<? extends RsaDecryptor>> key,
            String host,
            boolean asks,
            boolean hashesKnown) {
        this.ends = ends;
        this.accounts = accounts;
        this.key = key;
        this.host = host;
        this.asks = asks;
        this.hashesKnown = hashesKnown;
    }

    private static Executor slowChecks() {
        int most = Runtime.getRuntime().availableProcessors();
        ThreadPoolExecutor checks = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "password-check");
                    thread.setDaemon(true);
                    return thread;
                });
        checks.allowCoreThreadTimeOut(true);
        return checks;
    }

    @Override
    public Challenge challenge(Challenge theirs) {
        server = asks ? NO_CHALLENGE : theirs;
        if (hashesKnown && theirs.plugin().equals(AuthMethods.NATIVE)) {
            // clients of such servers may have nothing else, or not trust anything else with an unknown certificate
            asked = AuthMethods.NATIVE;
        }
        return new Challenge(asked, nonce.clone());
    }

    @Override
    public void schema(String name) {
        database = name;
    }

    @Override
    public void answer(String name, String plugin, byte[] response) {
        if (account != null) {
            throw new ProtocolViolationException("a second login");
        }
        user = name;
        account = accounts.apply(name, host);
        old = plugin.isEmpty();
        check(old ? AuthMethods.NATIVE : plugin, response);
    }

    /** Looks at the first answer with a method. */
    private void check(String plugin, byte[] response) {
        boolean empty = AuthMethods.saysEmpty(response);
        boolean otherwise = step == Step.RESPONSE && !old && !plugin.equals(asked);
        if (otherwise && empty && (plugin.equals(AuthMethods.NATIVE) || plugin.equals(AuthMethods.FALLBACK))) {
            // it has no answer to a challenge that was another method's
            old = true;
            askAnew(AuthMethods.NATIVE);
            return;
        }
        if (AuthMethods.known(plugin) && empty) {
            decided(account.prove(new byte[0]), false);
            return;
        }
        Optional<PasswordMethod> method = PasswordMethod.of(plugin);
        Optional<Credential> proof = method.flatMap(found -> account.prove(found, nonce, response));
        boolean caching = plugin.equals(AuthMethods.CACHING_SHA2);
        boolean seen = step == Step.SWITCHED || !asks;
        if (proof.isPresent()) {
            fast = caching;
            byNative = !caching;
            decided(proof, true);
        } else if (caching && seen) {
            ends.toClient(new byte[] {AuthMethods.MORE_DATA, CachingSha2Exchange.PERFORM_FULL_AUTHENTICATION});
            take(ends.clientSecret(), CachingSha2Exchange.REQUEST_PUBLIC_KEY);
        } else if (plugin.equals(AuthMethods.SHA256) && (seen || ends.clientTls())) {
            take(ends.clientTls(), CachingSha2Exchange.SHA256_REQUEST_PUBLIC_KEY);
            intake.client(response);
        } else if (plugin.equals(AuthMethods.CLEAR) && ends.clientSecret()) {
            take(true, CachingSha2Exchange.REQUEST_PUBLIC_KEY);
            intake.client(response);
        } else if (old) {
            decided(Optional.empty(), true);
        } else {
            uncounted = method.isPresent() && seen;
            askAnew(AuthMethods.CACHING_SHA2);
        }
    }

    private void askAnew(String method) {
        step = Step.SWITCHED;
        asked = method;
        nonce = Nonce.create();
        byte[] name = method.getBytes(StandardCharsets.US_ASCII);
        byte[] payload = new byte[1 + name.length + 1 + nonce.length + 1];
        payload[0] = (byte) 0xfe;
        System.arraycopy(name, 0, payload, 1, name.length);
        System.arraycopy(nonce, 0, payload, 1 + name.length + 1, nonce.length);
        ends.toClient(payload);
    }

    private void take(boolean inClear, int request) {
        step = Step.PASSWORD;
        intake = new PasswordIntake(ends, key, nonce, inClear, request, this::password);
    }

    private void password(byte[] password) {
        step = Step.CHECKING;
        if (!account.slow()) {
            verify(password).ifPresentOrElse(this::proven, () -> wrong(password.length > 0));
            return;
        }
        boolean some = password.length > 0;
        // who has left waits in the queue for nothing else than that
        Supplier<Optional<Credential>> check = () -> released ? forget(password) : verify(password);
        CompletableFuture.supplyAsync(check, SLOW_CHECKS).whenComplete((proof, failure) -> {
            if (released && proof != null) {
                proof.ifPresent(Credential::wipe);
                return;
            }
            ends.later(() -> {
                if (step == Step.CHECKING) {
                    decided(proof == null ? Optional.empty() : proof, some);
                }
            });
        });
    }

    private static Optional<Credential> forget(byte[] password) {
        Arrays.fill(password, (byte) 0);
        return Optional.empty();
    }

    private Optional<Credential> verify(byte[] password) {
        try {
            return account.prove(password);
        } finally {
            Arrays.fill(password, (byte) 0);
        }
    }

    private void decided(Optional<Credential> proof, boolean usingPassword) {
        step = Step.CHECKING;
        proof.ifPresent(credential -> proven = credential);
        ends.decided(proof.isPresent(), () -> {
            if (step == Step.CHECKING) {
                proof.ifPresentOrElse(this::proven, () -> wrong(usingPassword));
            }
        });
    }

    private void wrong(boolean usingPassword) {
        ErrPacket error = AuthErrors.wrong(user, host, usingPassword);
        refuse(old ? AuthErrors.orTooOld(error) : error, "wrong user or password");
    }

    private void proven(Credential credential) {
        proven = credential;
        if (fast) {
            ends.toClient(new byte[] {AuthMethods.MORE_DATA, CachingSha2Exchange.FAST_AUTH_SUCCESS});
        }
        if (!database.isEmpty() && !account.allows(database)) {
            refuse(AuthErrors.database(user, host, database), "a schema that the users file does not allow");
            return;
        }
        step = Step.SERVER;
        Optional<Account.BackendAccount> other = account.backend();
        answers = new ServerAnswers(
                other.map(Account.BackendAccount::credential).orElseGet(credential::copy),
                ends::serverSecret,
                ends::serverTls);
        ends.logIn(answers.logIn(other.map(Account.BackendAccount::user).orElse(null), server));
    }

    private void refuse(ErrPacket error, String why) {
        step = Step.OVER;
        ends.refuse(error, why);
    }

    @Override
    public void client(byte[] payload) {
        if (step == Step.SWITCHED) {
            check(asked, payload);
        } else if (step == Step.PASSWORD) {
            intake.client(payload);
        } else if (step != Step.OVER) {
            throw new ProtocolViolationException("a packet of authentication that nobody asked for");
        }
    }

    @Override
    public void server(byte[] payload) {
        if (step == Step.OVER) {
            return;
        }
        if (step != Step.SERVER) {
            throw new ProtocolViolationException("a packet of the server before the login");
        }
        ServerAnswers.Word word = answers.server(payload);
        if (word instanceof ServerAnswers.Word.Say say) {
            ends.toServer(say.payload());
        } else if (word instanceof ServerAnswers.Word.GiveUp up) {
            refuse(up.error(), up.why());
        }
    }

    @Override
    public OkPacket accepted(OkPacket ok) {
        if (step != Step.SERVER) {
            throw new ProtocolViolationException("an OK of the server before the login");
        }
        step = Step.OVER;
        account.confirmed(proven);
        Optional<byte[]> certificate = byNative ? ends.certificateHash() : Optional.empty();
        return certificate
                .map(hash -> CertificateProof.in(ok, proven.nativeVerifier(), nonce, hash))
                .orElse(ok);
    }

    @Override
    public void release() {
        released = true;
        if (step == Step.SERVER) {
            // whatever the reason, the next login shows the password again
            account.refused(proven);
        }
        boolean gaveUp = step == Step.PASSWORD && !intake.refused() || step == Step.SWITCHED && uncounted;
        step = Step.OVER;
        if (gaveUp) {
            // it was told that its first answer was not enough, which is all that a guesser wants to know
            ends.decided(false, () -> {});
        }
        if (intake != null) {
            intake.release();
        }
        if (answers != null) {
            answers.release();
        }
        if (proven != null) {
            proven.wipe();
        }
    }
}
