package dev.mysqlproxy.core.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mysqlproxy.core.auth.AuthDialog.Challenge;
import dev.mysqlproxy.core.auth.TestEnds.Hop;
import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/** The server's side of authentication, with the habits of MySQL's server. */
final class TestServer {

    /** One thing an account has to prove. */
    record Factor(String plugin, byte[] password) {}

    /** What the server says in the end. */
    enum Verdict {
        OK,
        DENIED
    }

    private final String greetingPlugin;
    private final List<Factor> factors;
    private final Hop hop;
    boolean cached;

    private byte[] nonce = Nonce.create();
    private int factor;
    private boolean keySent;
    private boolean fullAuthentication;
    private int questions;
    Verdict verdict;
    /** Whether a password was read on an open connection. */
    boolean sawClearPassword;

    TestServer(String greetingPlugin, List<Factor> factors, Hop hop) {
        this.greetingPlugin = greetingPlugin;
        this.factors = factors;
        this.hop = hop;
    }

    Challenge challenge() {
        return new Challenge(greetingPlugin, nonce.clone());
    }

    /** The answer to a login; null when there is a verdict. */
    byte[] logIn(String plugin, byte[] response) {
        if (!plugin.equals(current().plugin())) {
            return ask(0xfe);
        }
        return receive(response);
    }

    byte[] ask(int header) {
        nonce = Nonce.create();
        keySent = false;
        fullAuthentication = false;
        byte[] name = current().plugin().getBytes(ISO_8859_1);
        byte[] payload = new byte[1 + name.length + 1 + nonce.length + 1];
        payload[0] = (byte) header;
        System.arraycopy(name, 0, payload, 1, name.length);
        System.arraycopy(nonce, 0, payload, name.length + 2, nonce.length);
        return payload;
    }

    private Factor current() {
        return factors.get(factor);
    }

    /** The answer to a packet; null when there is a verdict, or none. */
    byte[] receive(byte[] payload) {
        byte[] password = current().password();
        return switch (current().plugin()) {
            case "mysql_native_password" ->
                decided(PasswordMethod.MYSQL_NATIVE_PASSWORD.verify(password, nonce, payload));
            case "caching_sha2_password" -> cachingSha2(payload, password);
            case "sha256_password" -> sha256(payload, password);
            case "dialog" -> ++questions == 1 ? "\2Password: ".getBytes(ISO_8859_1) : decided(clear(payload, password));
            default -> {
                sawClearPassword |= hop == Hop.OPEN;
                yield decided(clear(payload, password));
            }
        };
    }

    private byte[] cachingSha2(byte[] payload, byte[] password) {
        if (fullAuthentication) {
            return full(payload, password, hop != Hop.OPEN, CachingSha2Exchange.REQUEST_PUBLIC_KEY);
        }
        boolean right = PasswordMethod.CACHING_SHA2_PASSWORD.verify(password, nonce, payload);
        if (password.length == 0 || payload.length == 0 || cached && right) {
            // fast authentication is announced, the end of the matter is not
            return decided(right);
        }
        fullAuthentication = true;
        return new byte[] {1, 4};
    }

    private byte[] sha256(byte[] payload, byte[] password) {
        if (payload.length == 0 || payload.length == 1 && payload[0] == 0) {
            return decided(password.length == 0);
        }
        return full(payload, password, hop == Hop.TLS, CachingSha2Exchange.SHA256_REQUEST_PUBLIC_KEY);
    }

    private byte[] full(byte[] payload, byte[] password, boolean secret, int request) {
        if (secret) {
            return decided(clear(payload, password));
        }
        if (!keySent && payload.length == 1 && payload[0] == request) {
            keySent = true;
            return AuthMethods.moreData(TestRsa.SERVER.publicPem());
        }
        sawClearPassword |= clear(payload, password);
        try {
            return decided(Arrays.equals(password, CachingSha2Exchange.unmask(TestRsa.SERVER.decrypt(payload), nonce)));
        } catch (GeneralSecurityException e) {
            return decided(false);
        }
    }

    private static boolean clear(byte[] payload, byte[] password) {
        return Arrays.equals(payload, Arrays.copyOf(password, password.length + 1));
    }

    private byte[] decided(boolean right) {
        if (right && ++factor < factors.size()) {
            return ask(2);
        }
        verdict = right ? Verdict.OK : Verdict.DENIED;
        return null;
    }
}
