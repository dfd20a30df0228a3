package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Passwords that a server has confirmed, in memory only. Each is believed for a stated time after the last confirmation, then
 * the client has to show it again; what has not been confirmed for so long is wiped by {@link #sweep}. Any thread.
 */
public final class CredentialStore {

    /** As many accounts as are kept; the one that has not been used for longest makes room. */
    private static final int MOST_ENTRIES = 100_000;

    private record Entry(Credential credential, byte[] verifier, long confirmed) {
        void wipe() {
            credential.wipe();
            Arrays.fill(verifier, (byte) 0);
        }
    }

    private final long trustNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * An empty one.
     *
     * @param trust how long a confirmation counts
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public CredentialStore(Duration trust, LongSupplier nanoTime) {
        this.trustNanos = trust.toNanos();
        this.nanoTime = nanoTime;
    }

    /** A server has accepted this; copied. */
    void confirmed(String key, Credential credential) {
        byte[] verifier = credential
                .password()
                .map(password -> {
                    byte[] twice = PasswordMethod.CACHING_SHA2_PASSWORD.verifier(password);
                    Arrays.fill(password, (byte) 0);
                    return twice;
                })
                .orElseGet(() -> new byte[0]);
        Entry entry = new Entry(credential.copy(), verifier, nanoTime.getAsLong());
        synchronized (entries) {
            wipe(entries.put(key, entry));
            if (entries.size() > MOST_ENTRIES) {
                Iterator<Entry> eldest = entries.values().iterator();
                eldest.next().wipe();
                eldest.remove();
            }
        }
    }

    /** A server has refused this: it is forgotten, unless something else is known by now. */
    void refused(String key, Credential credential) {
        synchronized (entries) {
            Entry entry = entries.get(key);
            if (entry != null && entry.credential.same(credential)) {
                wipe(entries.remove(key));
            }
        }
    }

    /** What is known and still believed, in a copy for the caller. */
    public Optional<Credential> find(String key) {
        synchronized (entries) {
            return live(key).map(entry -> entry.credential.copy());
        }
    }

    /** The same, if this answer proves that its sender knows the password. */
    Optional<Credential> prove(String key, PasswordMethod method, byte[] nonce, byte[] response) {
        byte[] verifier;
        Credential credential;
        synchronized (entries) {
            Optional<Entry> entry = live(key);
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            verifier = entry.get().verifier.clone();
            credential = entry.get().credential.copy();
        }
        boolean right = method == PasswordMethod.CACHING_SHA2_PASSWORD
                ? method.prove(verifier, nonce, response)
                        .map(CredentialStore::wiped)
                        .isPresent()
                : proves(credential, method, nonce, response);
        Arrays.fill(verifier, (byte) 0);
        if (!right) {
            credential.wipe();
        }
        return right ? Optional.of(credential) : Optional.empty();
    }

    private static boolean proves(Credential credential, PasswordMethod method, byte[] nonce, byte[] response) {
        return response.length == method.scrambleLength()
                && credential
                        .respond(method, nonce)
                        .filter(right -> MessageDigest.isEqual(right, response))
                        .isPresent();
    }

    private static byte[] wiped(byte[] array) {
        Arrays.fill(array, (byte) 0);
        return array;
    }

    private Optional<Entry> live(String key) {
        return Optional.ofNullable(entries.get(key)).filter(this::believed);
    }

    private boolean believed(Entry entry) {
        return nanoTime.getAsLong() - entry.confirmed < trustNanos;
    }

    /** Wipes what is not believed any more. To be called every minute or so. */
    public void sweep() {
        synchronized (entries) {
            entries.values().removeIf(entry -> {
                boolean old = !believed(entry);
                if (old) {
                    entry.wipe();
                }
                return old;
            });
        }
    }

    /** Wipes everything. */
    public void clear() {
        synchronized (entries) {
            entries.values().forEach(Entry::wipe);
            entries.clear();
        }
    }

    int size() {
        synchronized (entries) {
            return entries.size();
        }
    }

    private static void wipe(Entry entry) {
        if (entry != null) {
            entry.wipe();
        }
    }
}
