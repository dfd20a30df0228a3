package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes a password from a client as a server would: as it is on a secret hop, else encrypted with the proxy's RSA key, which
 * the client may ask for. On the session's event loop.
 *
 * <pre>
 * FIRST -asks-> KEY -the key is there-> CIPHER -cipher-> KEY -decrypted-> OVER
 * FIRST -password-> OVER
 * FIRST -cipher-> KEY
 * </pre>
 */
final class PasswordIntake {

    private enum Step {
        FIRST,
        CIPHER,
        KEY,
        OVER
    }

    /** As long as the cipher of a key of 16384 bits. */
    private static final int LONGEST_CIPHER = 2048;

    private final AuthEnds ends;
    private final Supplier<? extends CompletionStage<? extends RsaDecryptor>> key;
    private final byte[] nonce;
    private final boolean inClear;
    private final byte request;
    private final Consumer<byte[]> taker;

    private Step step = Step.FIRST;
    private boolean refused;

    /**
     * Waits for a password.
     *
     * @param nonce what the client was challenged with
     * @param inClear whether the client takes its hop for secret
     * @param request the byte by which it asks for the key
     * @param taker gets the password without its NUL, in an array that becomes its own
     */
    PasswordIntake(
            AuthEnds ends,
            Supplier<? extends CompletionStage<? extends RsaDecryptor>> key,
            byte[] nonce,
            boolean inClear,
            int request,
            Consumer<byte[]> taker) {
        this.ends = ends;
        this.key = key;
        this.nonce = nonce;
        this.inClear = inClear;
        this.request = (byte) request;
        this.taker = taker;
    }

    boolean over() {
        return step == Step.OVER;
    }

    /** Whether it has ended the login. */
    boolean refused() {
        return refused;
    }

    /** A packet of the client; taken over and wiped. */
    void client(byte[] payload) {
        if (step == Step.FIRST && payload.length == 1 && payload[0] == request) {
            step = Step.KEY;
            withKey(this::showKey);
        } else if (step == Step.FIRST && inClear) {
            clear(payload);
        } else if (step == Step.FIRST || step == Step.CIPHER) {
            if (payload.length > LONGEST_CIPHER) {
                throw new ProtocolViolationException("an encrypted password of " + payload.length + " bytes");
            }
            step = Step.KEY;
            withKey(rsa -> decrypt(rsa, payload));
        } else {
            throw new ProtocolViolationException("a packet of authentication that nobody asked for");
        }
    }

    private void clear(byte[] payload) {
        int length = payload.length - 1;
        boolean fits = length >= 0 && payload[length] == 0 && length <= AuthMethods.LONGEST_PASSWORD;
        byte[] password = fits ? Arrays.copyOf(payload, length) : payload;
        Arrays.fill(payload, (byte) 0);
        if (!fits) {
            throw new ProtocolViolationException("a password that does not end or is too long");
        }
        step = Step.OVER;
        taker.accept(password);
    }

    private void withKey(Consumer<RsaDecryptor> then) {
        key.get()
                .whenComplete((rsa, failure) -> ends.later(() -> {
                    if (step != Step.KEY) {
                        return;
                    }
                    if (rsa == null) {
                        step = Step.OVER;
                        refuse(AuthErrors.NO_KEY, "no RSA key: " + failure);
                    } else {
                        then.accept(rsa);
                    }
                }));
    }

    private void showKey(RsaDecryptor rsa) {
        step = Step.CIPHER;
        ends.toClient(AuthMethods.moreData(rsa.publicPem()));
    }

    private void decrypt(RsaDecryptor rsa, byte[] cipher) {
        step = Step.OVER;
        byte[] password;
        try {
            password = CachingSha2Exchange.unmask(rsa.decrypt(cipher), nonce);
        } catch (GeneralSecurityException e) {
            refuse(AuthErrors.FOREIGN_CIPHER, "a password encrypted with another key than the proxy's");
            return;
        }
        taker.accept(password);
    }

    private void refuse(ErrPacket error, String why) {
        refused = true;
        ends.refuse(error, why);
    }

    /** Nothing is taken any more. */
    void release() {
        step = Step.OVER;
    }
}
