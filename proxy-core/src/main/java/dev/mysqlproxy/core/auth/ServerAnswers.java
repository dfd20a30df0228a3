package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Logs in at a server with a known credential: the client's side of mysql_native_password, caching_sha2_password,
 * sha256_password and, on a secret hop, mysql_clear_password. Call {@link #logIn} for the login packet, then {@link #server}
 * for each packet of the server that is neither OK nor ERR, {@link #release} at the end. One thread.
 */
public final class ServerAnswers {

    /** What to do next. */
    public sealed interface Word {
        /** Send this. */
        record Say(byte[] payload) implements Word {}

        /** Nothing: the server goes on. */
        record Listen() implements Word {}

        /** Give up. */
        record GiveUp(ErrPacket error, String why) implements Word {}
    }

    private static final int MOST_PACKETS = 64;
    private static final byte[] NOTHING = {};
    private static final byte[] EMPTY_PASSWORD = {0};

    private final Credential credential;
    private final BooleanSupplier secret;
    private final BooleanSupplier tls;

    private String plugin = AuthMethods.NO_SUCH_METHOD;
    private byte[] nonce = NOTHING;
    private boolean scrambled;
    private int packets;
    private PasswordDelivery delivery;

    /**
     * A login.
     *
     * @param credential taken over
     * @param secret whether nobody else hears what the server is told, as in {@link AuthEnds#serverSecret}
     * @param tls whether that is by TLS
     */
    public ServerAnswers(Credential credential, BooleanSupplier secret, BooleanSupplier tls) {
        this.credential = credential;
        this.secret = secret;
        this.tls = tls;
    }

    /**
     * The parts of the login packet: the answer to the greeting, or a method that makes the server ask anew.
     *
     * @param user as in {@link AuthEnds.Login}
     * @param challenge the server's greeting; with an empty nonce when there was none
     */
    public AuthEnds.Login logIn(String user, AuthDialog.Challenge challenge) {
        plugin = challenge.plugin();
        nonce = challenge.nonce();
        Word word = nonce.length == Nonce.LENGTH && !plugin.equals(AuthMethods.CLEAR) ? answer() : new Word.Listen();
        if (word instanceof Word.Say say) {
            return new AuthEnds.Login(user, null, plugin, say.payload());
        }
        plugin = AuthMethods.NO_SUCH_METHOD;
        return new AuthEnds.Login(user, null, plugin, NOTHING);
    }

    /**
     * A packet of the server that is neither OK nor ERR.
     *
     * @throws ProtocolViolationException when it makes no sense
     */
    public Word server(byte[] payload) {
        if (payload.length == 0 || ++packets > MOST_PACKETS) {
            throw new ProtocolViolationException("the server's authentication does not end");
        }
        int first = payload[0] & 0xff;
        if (first == AuthSwitchRequest.HEADER) {
            return switched(payload);
        }
        if (first == AuthMethods.NEXT_FACTOR) {
            return new Word.GiveUp(AuthErrors.NEXT_FACTOR, "the server wants a second factor");
        }
        if (first == AuthMethods.MORE_DATA && delivery != null && delivery.waiting()) {
            Optional<byte[]> encrypted = delivery.server(payload);
            return encrypted.isPresent()
                    ? new Word.Say(encrypted.get())
                    : new Word.GiveUp(AuthErrors.LONG_PASSWORD, "a password too long for the server's RSA key");
        }
        if (plugin.equals(AuthMethods.CACHING_SHA2) && scrambled) {
            if (AuthMethods.moreData(payload, CachingSha2Exchange.FAST_AUTH_SUCCESS)) {
                scrambled = false;
                return new Word.Listen();
            }
            if (AuthMethods.moreData(payload, CachingSha2Exchange.PERFORM_FULL_AUTHENTICATION)) {
                scrambled = false;
                return deliver(secret.getAsBoolean(), CachingSha2Exchange.REQUEST_PUBLIC_KEY);
            }
        }
        throw new ProtocolViolationException("a packet of the server that its method does not have");
    }

    private Word switched(byte[] payload) {
        int end = 1;
        while (end < payload.length && payload[end] != 0) {
            end++;
        }
        plugin = new String(payload, 1, end - 1, StandardCharsets.ISO_8859_1);
        int last = payload.length > end + 1 && payload[payload.length - 1] == 0 ? payload.length - 1 : payload.length;
        nonce = Arrays.copyOfRange(payload, Math.min(end + 1, last), last);
        if (plugin.isEmpty() || plugin.equals(AuthMethods.OLD)) {
            return new Word.GiveUp(AuthErrors.OLD_PASSWORD, "the server wants mysql_old_password");
        }
        return answer();
    }

    /** The first answer with the method at hand. */
    private Word answer() {
        forgetDelivery();
        scrambled = false;
        if (plugin.equals(AuthMethods.CLEAR)) {
            return secret.getAsBoolean()
                    ? deliver(true, 0)
                    : new Word.GiveUp(
                            AuthErrors.CLEAR_PASSWORD, "the server wants mysql_clear_password over an open connection");
        }
        boolean sha256 = plugin.equals(AuthMethods.SHA256);
        Optional<PasswordMethod> method = PasswordMethod.of(plugin);
        if (!sha256 && method.isEmpty()) {
            return new Word.GiveUp(AuthErrors.method(plugin), "the server wants a method that the proxy does not have");
        }
        if (nonce.length != Nonce.LENGTH) {
            throw new ProtocolViolationException("the server's nonce has " + nonce.length + " bytes");
        }
        if (sha256) {
            return deliver(tls.getAsBoolean(), CachingSha2Exchange.SHA256_REQUEST_PUBLIC_KEY);
        }
        scrambled = true;
        return credential.respond(method.get(), nonce).<Word>map(Word.Say::new).orElseGet(ServerAnswers::onlyHash);
    }

    private static Word onlyHash() {
        return new Word.GiveUp(
                AuthErrors.denied(
                        "the proxy knows this account's mysql_native_password hash only, and the server wants"
                                + " the password: log in with caching_sha2_password, or name a backend account in the users file"),
                "the server wants a password of which only the hash is known");
    }

    private Word deliver(boolean inClear, int request) {
        Optional<byte[]> password = credential.password();
        if (password.isEmpty()) {
            return onlyHash();
        }
        if (password.get().length == 0) {
            return new Word.Say(EMPTY_PASSWORD.clone());
        }
        delivery = new PasswordDelivery(password.get(), nonce, inClear, request);
        return new Word.Say(delivery.first());
    }

    private void forgetDelivery() {
        if (delivery != null) {
            delivery.release();
            delivery = null;
        }
    }

    /** Wipes what it knows. */
    public void release() {
        forgetDelivery();
        credential.wipe();
    }
}
