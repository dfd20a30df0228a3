package dev.mysqlproxy.core.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mysqlproxy.core.auth.AuthDialog.Challenge;
import dev.mysqlproxy.core.auth.TestEnds.Hop;
import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Set;

/** The client's side of authentication, with the habits of MySQL's own client library. */
final class TestClient implements AuthRun.Answers {

    private static final Set<String> OTHERS = Set.of("mysql_clear_password", "dialog", "client_ed25519");

    final String preferred;
    private final byte[] password;
    private final Hop hop;
    /** The server's key when it is configured at the client. */
    PublicKey configuredKey;

    private String plugin;
    private byte[] nonce;

    TestClient(String preferred, byte[] password, Hop hop) {
        this.preferred = preferred;
        this.password = password;
        this.hop = hop;
    }

    @Override
    public String plugin() {
        return plugin;
    }

    @Override
    public byte[] logIn(Challenge challenge) {
        plugin = preferred;
        nonce = challenge.nonce();
        return firstAnswer();
    }

    @Override
    public byte[] receive(byte[] payload) {
        int first = payload[0] & 0xff;
        if (first == 0xfe || first == 2 && !plugin.equals("dialog")) {
            int end = 1;
            while (payload[end] != 0) {
                end++;
            }
            plugin = new String(payload, 1, end - 1, ISO_8859_1);
            int length = payload.length - (payload[payload.length - 1] == 0 ? 1 : 0);
            nonce = Arrays.copyOfRange(payload, Math.min(end + 1, length), length);
            return firstAnswer();
        }
        if (plugin.equals("dialog")) {
            return terminated();
        }
        if (first != 1) {
            throw new IllegalStateException("the client does not understand " + Arrays.toString(payload));
        }
        if (plugin.equals("caching_sha2_password")) {
            return cachingSha2(payload);
        }
        if (plugin.equals("sha256_password")) {
            return encrypted(payload);
        }
        throw new IllegalStateException("nothing was asked with " + plugin);
    }

    private byte[] firstAnswer() {
        if (PasswordMethod.of(plugin).isPresent()) {
            return PasswordMethod.of(plugin).get().respond(password, nonce);
        }
        if (plugin.equals("sha256_password")) {
            if (password.length == 0 || hop == Hop.TLS) {
                return terminated();
            }
            return configuredKey != null ? encrypt(configuredKey) : new byte[] {1};
        }
        if (!OTHERS.contains(plugin)) {
            throw new IllegalStateException("the client has no plugin " + plugin);
        }
        return terminated();
    }

    private byte[] cachingSha2(byte[] payload) {
        if (payload.length == 2 && payload[1] == 3) {
            return null;
        }
        if (payload.length == 2 && payload[1] == 4) {
            if (hop != Hop.OPEN) {
                return terminated();
            }
            return configuredKey != null ? encrypt(configuredKey) : new byte[] {2};
        }
        return encrypted(payload);
    }

    private byte[] encrypted(byte[] payload) {
        try {
            return encrypt(CachingSha2Exchange.publicKey(Arrays.copyOfRange(payload, 1, payload.length)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] encrypt(PublicKey key) {
        try {
            return CachingSha2Exchange.encryptPassword(password, nonce, key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] terminated() {
        return Arrays.copyOf(password, password.length + 1);
    }
}
